import type { FunctionSpace, LlmFunction } from "../functions/llm-function.ts";

/** A loaded, linked project: every name resolves, nothing has run. */
export interface Project {
  /** Absolute path of the folder of its first file, which configuration is looked for from. */
  readonly folder: string;
  /** Absolute path of the folder that its functions work in and attachments are relative to. */
  readonly workFolder: string;
  readonly space: FunctionSpace;
  readonly entry: LlmFunction;
}
