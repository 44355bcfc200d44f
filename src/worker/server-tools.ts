import { SERVER_TOOL_TYPES, type ServerTool, type ServerToolType } from "../model/request.ts";
import { camelKeys } from "./camel-keys.ts";
import { mapOf } from "./map-reader.ts";
import { wholeNumber } from "./number-reader.ts";
import { formatPath } from "./path.ts";
import { type Field, filledText, listOf, oneOf, type Reader } from "./reader.ts";
import { workerError } from "./worker-error.ts";

/** The name that older Python versions of llm-do had for `web_fetch`. */
const OLD_WEB_FETCH = "url_context";

const toolType: Reader<ServerToolType> = {
  expects: oneOf(SERVER_TOOL_TYPES).expects,
  read: (field) => {
    const old = field.tree.kind === "scalar" && field.tree.value === OLD_WEB_FETCH;
    return old ? "web_fetch" : oneOf(SERVER_TOOL_TYPES).read(field);
  },
};

const domains = listOf(filledText, { expects: "a list of domains", least: 1 });

/** The keys of an item of `server_side_tools`. */
export const SERVER_TOOL = mapOf({
  tool_type: toolType,
  max_uses: wholeNumber({ least: 1 }),
  allowed_domains: domains,
  blocked_domains: domains,
});

const serverTool: Reader<ServerTool> = { expects: "a map with tool_type", read: readServerTool };

export const serverTools: Reader<readonly ServerTool[]> = listOf(serverTool, {
  expects: "a list of maps with tool_type",
});

function readServerTool(field: Field): ServerTool {
  const { tool_type: type, ...options } = SERVER_TOOL.read(field);
  const { place } = field.tree;
  if (type === undefined) {
    const reason = `"${formatPath(field.path)}" has no tool_type`;
    const tries = [`add tool_type: ${SERVER_TOOL_TYPES.join(" | ")}`];
    throw workerError(field.worker, { reason, place, tries });
  }
  if (options.allowed_domains && options.blocked_domains) {
    const reason = `"${formatPath(field.path)}" has both allowed_domains and blocked_domains`;
    throw workerError(field.worker, { reason, place, tries: ["keep one of the two"] });
  }
  return { type, ...camelKeys(options) };
}
