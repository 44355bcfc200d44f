import { SERVER_TOOL_TYPES, type ServerTool, type ServerToolType } from "../model/request.ts";
import { camelKeys } from "../yaml/camel-keys.ts";
import { mapOf } from "../yaml/map-reader.ts";
import { wholeNumber } from "../yaml/number-reader.ts";
import { type Field, fieldError, listOf, type Reader } from "../yaml/reader.ts";
import { filledText, oneOf } from "../yaml/scalar-reader.ts";

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
export const SERVER_TOOL = mapOf(
  {
    tool_type: toolType,
    max_uses: wholeNumber({ least: 1 }),
    allowed_domains: domains,
    blocked_domains: domains,
  },
  { needed: { tool_type: `add tool_type: ${SERVER_TOOL_TYPES.join(" | ")}` } },
);

const serverTool: Reader<ServerTool> = { expects: "a map with tool_type", read: readServerTool };

export const serverTools: Reader<readonly ServerTool[]> = listOf(serverTool, {
  expects: "a list of maps with tool_type",
});

function readServerTool(field: Field): ServerTool {
  const { tool_type: type, ...options } = SERVER_TOOL.read(field);
  if (options.allowed_domains && options.blocked_domains) {
    const says = "has both allowed_domains and blocked_domains";
    throw fieldError(field, says, ["keep one of the two"]);
  }
  return { type, ...camelKeys(options) };
}
