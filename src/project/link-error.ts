import { LlmDoError } from "../errors/llm-do-error.ts";
import type { ToolsetReference } from "../worker/toolset-reference.ts";
import type { WorkerDefinition } from "../worker/worker-definition.ts";

/** A name in a worker's `toolsets`. */
export interface Naming {
  readonly worker: WorkerDefinition;
  readonly reference: ToolsetReference;
}

/** The error for a name in a worker's `toolsets`, with its place. */
export function linkError(
  { worker, reference }: Naming,
  reason: string,
  { tries = [], cause }: { tries?: readonly string[]; cause?: unknown } = {},
): LlmDoError {
  const { place } = reference;
  const what = worker.file;
  return new LlmDoError({ code: "project", verb: "load", what, reason, place, tries, cause });
}
