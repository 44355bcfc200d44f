import { camelKeys, snakeKey } from "../format/camel-keys.ts";
import { about, converted, listOf } from "../format/combine.ts";
import { mapOf, type RetiredKeys, required } from "../format/map.ts";
import { type Field, type Format, fieldError, type ValueOf } from "../format/reader.ts";
import { filledText, flag, oneOf, text, textLike, wholeNumber } from "../format/scalars.ts";
import { SERVER_TOOL_TYPES, type ServerTool, type ServerToolType } from "../model/request.ts";
import { limits, limitsInCode } from "./limits.ts";
import {
  inputSchema,
  inputSchemaInCode,
  outputSchema,
  outputSchemaInCode,
} from "./schema-reference.ts";
import { settings, settingsInCode } from "./settings.ts";
import { toolsets } from "./toolset-reference.ts";

/** The name that older Python versions of llm-do had for `web_fetch`. */
const OLD_WEB_FETCH = "url_context";

const knownToolType = oneOf(SERVER_TOOL_TYPES);

const toolType: Format<ServerToolType> = {
  expects: knownToolType.expects,
  read: (field) => {
    const isOld = field.tree.kind === "scalar" && field.tree.value === OLD_WEB_FETCH;
    return isOld ? "web_fetch" : knownToolType.read(field);
  },
  schema: () => ({ enum: [...SERVER_TOOL_TYPES, OLD_WEB_FETCH] }),
};

const domains = listOf(filledText, { expects: "a list of domains", least: 1 });

/** The keys of an item of `server_side_tools`. */
export const SERVER_TOOL = mapOf(
  {
    tool_type: about(
      "`url_context` is read as `web_fetch`",
      required(toolType, `add tool_type: ${SERVER_TOOL_TYPES.join(" | ")}`),
    ),
    max_uses: about("uses in one answer", wholeNumber({ least: 1 })),
    allowed_domains: about("the only ones to look at; excludes `blocked_domains`", domains),
    blocked_domains: about("the ones not to look at; excludes `allowed_domains`", domains),
  },
  { expects: "a map with tool_type" },
);

const serverTools = listOf(converted(SERVER_TOOL, serverToolOf), {
  expects: "a list of maps with tool_type",
});

function serverToolOf(written: ValueOf<typeof SERVER_TOOL>, field: Field): ServerTool {
  const { tool_type: type, ...options } = written;
  checkDomains(field, [options.allowed_domains, options.blocked_domains], snakeKey);
  return { type, ...camelKeys(options) };
}

function checkDomains(
  field: Field,
  [allowed, blocked]: readonly [unknown, unknown],
  spelled: (key: string) => string,
): void {
  if (!allowed || !blocked) return;
  const says = `has both ${spelled("allowedDomains")} and ${spelled("blockedDomains")}`;
  throw fieldError(field, says, ["keep one of the two"]);
}

const { tool_type: _type, ...toolOptions } = SERVER_TOOL.keys;

const SERVER_TOOL_IN_CODE = mapOf(
  {
    type: required(toolType, `add type: ${SERVER_TOOL_TYPES.join(" | ")}`),
    ...camelKeys(toolOptions),
  },
  { expects: "an object with type" },
);

/** Server tools as code says them. */
const serverToolsInCode = listOf(
  converted(SERVER_TOOL_IN_CODE, (written, field): ServerTool => {
    checkDomains(field, [written.allowedDomains, written.blockedDomains], (key) => key);
    return written;
  }),
  { expects: "a list of objects with type" },
);

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
    name: about(
      "what callers call; absent: the file's name without `.worker`",
      textLike("1 to 64 letters, digits, _ or -", WORKER_NAME),
    ),
    description: about("what a calling model reads about the worker", text),
    entry: about("marks the function that a run starts with", flag),
    model: about("`provider:model`; excludes `compatible_models`", filledText),
    compatible_models: about(
      "the models that may run it: `*` is any text, `?` one character, case does not matter; excludes `model`",
      listOf(filledText, { expects: "a list of model patterns", least: 1 }),
    ),
    toolsets: about("what its model may call, see below", toolsets),
    server_side_tools: about("tools that the provider runs, see below", serverTools),
    input_schema: about(
      "what callers pass; describes an object; absent: `{ input, attachments }`",
      inputSchema,
    ),
    output_schema: about("the answer is JSON that fits it", outputSchema),
    settings: about("how the model answers, see below", settings),
    limits: about("what a run may use up, see below", limits),
  },
  { retired: RETIRED },
);

const { name, description, entry, model, compatible_models } = FRONT_MATTER.keys;

/** What code says of a worker: the same words, in the spelling of code. */
export const WORKER_IN_CODE = mapOf({
  ...camelKeys({ name, description, entry, model, compatible_models }),
  instructions: required(filledText, 'add instructions: "what the model is to do"'),
  toolsets,
  serverTools: serverToolsInCode,
  input: inputSchemaInCode,
  output: outputSchemaInCode,
  settings: settingsInCode,
  limits: limitsInCode,
});
