import type { StandardSchemaV1 } from "@standard-schema/spec";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Place } from "../errors/place.ts";
import type { JsonSchema } from "../model/json.ts";
import { formatPath } from "../yaml/path.ts";
import type { SchemaProblem } from "./json-schema/keywords.ts";
import type { Schema } from "./schema.ts";

/** Where an inline schema was written. */
interface InlineSchemaOrigin {
  /** The key that holds it, as in `output_schema`. */
  readonly key: string;
  readonly place: Place;
}

/**
 * A schema from a JSON Schema that somebody wrote: draft 2020-12, or draft 7 with its `definitions`.
 * It describes itself as exactly that. A value that fits is returned as a copy with each `default`
 * filled in. What checks values is loaded here and not before.
 *
 * @throws LlmDoError `worker`, with the place, for a part that values could not be held to
 */
export async function inlineSchema(
  jsonSchema: JsonSchema,
  origin: InlineSchemaOrigin,
): Promise<Schema> {
  const { createChecker, UnheldPart } = await import("./json-schema/checker.ts");
  try {
    const check = createChecker(jsonSchema);
    const jsonSchemas = { input: () => jsonSchema, output: () => jsonSchema };
    const validate = (value: unknown): StandardSchemaV1.Result<unknown> => check(value);
    return {
      "~standard": { version: 1, vendor: "llm-do", validate, jsonSchema: jsonSchemas },
    };
  } catch (error) {
    if (error instanceof UnheldPart) throw cannotHold(origin, error.problem);
    throw error;
  }
}

function cannotHold(
  { key, place }: InlineSchemaOrigin,
  { path, reason, hint }: SchemaProblem,
): LlmDoError {
  return new LlmDoError({
    code: "worker",
    verb: "load",
    what: place.file,
    reason: `${JSON.stringify(formatPath([key, ...path]))} ${reason}`,
    place,
    tries: [hint],
  });
}
