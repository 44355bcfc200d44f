import { mapOf, type RetiredKeys } from "../yaml/map-reader.ts";
import { listOf } from "../yaml/reader.ts";
import { filledText, flag, text, textReader } from "../yaml/scalar-reader.ts";
import { limits } from "./limits.ts";
import { inputSchema, outputSchema } from "./schema-reference.ts";
import { serverTools } from "./server-tools.ts";
import { settings } from "./settings.ts";
import { toolsets } from "./toolset-reference.ts";

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
    name: textReader("1 to 64 letters, digits, _ or -", (value) => WORKER_NAME.test(value)),
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
