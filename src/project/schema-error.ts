import { LlmDoError } from "../errors/llm-do-error.ts";
import type { SchemaReference } from "../worker/schema-reference.ts";
import type { WorkerDefinition } from "../worker/worker-definition.ts";

/** A worker's key that says a schema, for errors about it. */
export interface SchemaNaming {
  readonly worker: WorkerDefinition;
  readonly key: "input_schema" | "output_schema";
  readonly reference: SchemaReference;
}

export function schemaError(
  { worker, key, reference }: SchemaNaming,
  reason: string,
  tries: readonly string[],
  cause?: unknown,
): LlmDoError {
  return new LlmDoError({
    code: "project",
    verb: "load",
    what: worker.file,
    reason: `"${key}": ${reason}`,
    place: reference.place,
    tries,
    cause,
  });
}
