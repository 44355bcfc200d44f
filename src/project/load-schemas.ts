import { isLlmDoError } from "../errors/llm-do-error.ts";
import { messageOf } from "../errors/message-of.ts";
import { inlineSchema } from "../functions/inline-schema.ts";
import { jsonSchemaOf, type Schema } from "../functions/schema.ts";
import type { JsonSchema } from "../model/json.ts";
import type { WorkerDefinition } from "../worker/worker-definition.ts";
import { loadSchemaReference, type SchemaScope } from "./load-schema-reference.ts";
import { type SchemaNaming, schemaError } from "./schema-error.ts";

/** What a worker says of its input and output, loaded. */
export interface WorkerSchemas {
  readonly input: Schema | undefined;
  readonly output: Schema | undefined;
}

/** By worker; workers that say nothing are not in it. */
export type LoadedSchemas = ReadonlyMap<WorkerDefinition, WorkerSchemas>;

/**
 * Loads the schemas that workers write or name, so that linking needs no file.
 *
 * @throws LlmDoError with the place: `worker` for a schema that values cannot be held to, `project`
 * for a reference that leads to no schema, `code` for a file that does not load
 */
export async function loadSchemas(
  workers: readonly WorkerDefinition[],
  scope: SchemaScope,
): Promise<LoadedSchemas> {
  const loaded = new Map<WorkerDefinition, WorkerSchemas>();
  // One after the other: of several errors the first in file order is told.
  for (const worker of workers) {
    if (!worker.inputSchema && !worker.outputSchema) continue;
    const input = await loadInput(worker, scope);
    loaded.set(worker, { input, output: await loadOutput(worker, scope) });
  }
  return loaded;
}

async function loadInput(
  worker: WorkerDefinition,
  scope: SchemaScope,
): Promise<Schema | undefined> {
  if (!worker.inputSchema) return undefined;
  const naming: SchemaNaming = { worker, key: "input_schema", reference: worker.inputSchema };
  const schema = await loadSchema(naming, scope);
  const { type } = expressed(naming, () => jsonSchemaOf(schema, "input", worker.name));
  if (type === undefined || type === "object") return schema;
  throw schemaError(naming, `it must describe an object, not ${JSON.stringify(type)}`, [
    "make it an object with the value as one of its properties",
  ]);
}

async function loadOutput(
  worker: WorkerDefinition,
  scope: SchemaScope,
): Promise<Schema | undefined> {
  if (!worker.outputSchema) return undefined;
  const naming: SchemaNaming = { worker, key: "output_schema", reference: worker.outputSchema };
  const schema = await loadSchema(naming, scope);
  expressed(naming, () => jsonSchemaOf(schema, "input", worker.name));
  return schema;
}

function loadSchema(naming: SchemaNaming, scope: SchemaScope): Promise<Schema> {
  const { key, reference } = naming;
  if (reference.kind === "reference") {
    return loadSchemaReference(naming, reference.reference, scope);
  }
  return inlineSchema(reference.schema, { key, place: reference.place });
}

/** What a schema says of itself, or the error with the place where a worker names it. */
function expressed(naming: SchemaNaming, describe: () => JsonSchema): JsonSchema {
  try {
    return describe();
  } catch (error) {
    const { reason, tries } = isLlmDoError(error) ? error : { reason: messageOf(error), tries: [] };
    throw schemaError(naming, reason, tries, error);
  }
}
