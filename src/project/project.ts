import type { FunctionSpace, LlmFunction } from "../functions/llm-function.ts";

/** A loaded, linked project: every name resolves, nothing has run. */
export interface Project {
  /** Absolute path of the folder that attachments and configuration are relative to. */
  readonly folder: string;
  readonly space: FunctionSpace;
  readonly entry: LlmFunction;
}
