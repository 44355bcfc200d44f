export { EXIT, type ExitCode } from "./errors/exit-codes.ts";
export { isLlmDoError, LlmDoError } from "./errors/llm-do-error.ts";
export type { CallContext } from "./functions/call-context.ts";
export type { Schema } from "./functions/schema.ts";
export { type Effect, type Tool, type ToolSpec, tool } from "./functions/tool.ts";
export {
  type Toolset,
  type ToolsetFactory,
  type ToolsetPlace,
  toolset,
} from "./functions/toolset.ts";
