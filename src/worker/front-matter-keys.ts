import { camelKeys } from "../format/camel-keys.ts";
import { listOf } from "../format/combine.ts";
import { mapOf, type RetiredKeys, required } from "../format/map.ts";
import { type Field, fieldError, type Reader } from "../format/reader.ts";
import { filledText, flag, oneOf, text, textLike, wholeNumber } from "../format/scalars.ts";
import { SERVER_TOOL_TYPES, type ServerTool, type ServerToolType } from "../model/request.ts";
import { limits } from "./limits.ts";
import { inputSchema, outputSchema } from "./schema-reference.ts";
import { settings } from "./settings.ts";
import { toolsets } from "./toolset-reference.ts";

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
  tool_type: required(toolType, `add tool_type: ${SERVER_TOOL_TYPES.join(" | ")}`),
  max_uses: wholeNumber({ least: 1 }),
  allowed_domains: domains,
  blocked_domains: domains,
});

const serverTool: Reader<ServerTool> = { expects: "a map with tool_type", read: readServerTool };

const serverTools: Reader<readonly ServerTool[]> = listOf(serverTool, {
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

/**
 * What a worker's name may look like, because another worker's model calls it as a tool: the
 * comment on `FunctionDefinition.name` in the openai package 7.57.0 (`resources/shared.d.ts`).
 */
export const WORKER_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** Keys of one of the Python llm-do's versions that mean nothing here, and what to do instead. */
const RETIRED: RetiredKeys = {
  owner: "the Python llm-do",
  instead: new Map([
    ["schema_in_ref", "name a TypeScript schema: input_schema: schemas.ts#Input"],
    ["input_model_ref", "name a TypeScript schema: input_schema: schemas.ts#Input"],
    ["schema_out_ref", "name a TypeScript schema: output_schema: schemas.ts#Output"],
    ["output_schema_ref", "name a TypeScript schema: output_schema: schemas.ts#Output"],
    ["tools", "list functions under toolsets: toolsets: { NAME: {} }"],
    ["allow_workers", "list the workers under toolsets: toolsets: { NAME: {} }"],
    ["sandbox", "configure the file system: toolsets: { filesystem: { base_path: ./data } }"],
    ["sandboxes", "configure the file system: toolsets: { filesystem: { base_path: ./data } }"],
    ["shell_rules", "move the rules to toolsets: { shell: { rules: [...] } }"],
    ["shell_default", "move the default to toolsets: { shell: { default: {...} } }"],
    ["tool_rules", "approve under a toolset: _approval_config: { TOOL: { pre_approved: true } }"],
    ["attachment_policy", "remove it, and check attachments in code or with input_schema"],
    ["instructions", "write the instructions below the closing ---"],
    ["locked", "remove it; nothing here rewrites worker files"],
  ]),
};

/** Every key of front matter. */
export const FRONT_MATTER = mapOf(
  {
    name: textLike("1 to 64 letters, digits, _ or -", WORKER_NAME),
    description: text,
    entry: flag,
    model: filledText,
    compatible_models: listOf(filledText, { expects: "a list of model patterns", least: 1 }),
    toolsets,
    server_side_tools: serverTools,
    input_schema: inputSchema,
    output_schema: outputSchema,
    settings,
    limits,
  },
  { retired: RETIRED },
);
