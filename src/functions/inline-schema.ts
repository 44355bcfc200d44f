import { LlmDoError } from "../errors/llm-do-error.ts";
import { messageOf } from "../errors/message-of.ts";
import type { Place } from "../errors/place.ts";
import type { JsonSchema } from "../model/json.ts";
import { formatPath, type Path } from "../yaml/path.ts";
import type { Schema } from "./schema.ts";
import { unheldPart } from "./unheld-part.ts";

/** Where an inline schema was written. */
interface InlineSchemaOrigin {
  /** The key that holds it, as in `output_schema`. */
  readonly key: string;
  readonly place: Place;
}

/**
 * A schema from a JSON Schema that somebody wrote: it describes itself as exactly that, and zod
 * checks values against it, filling in each `default`. zod is loaded here and not before.
 *
 * @throws LlmDoError `worker`, with the place, for a part that values could not be held to
 */
export async function inlineSchema(
  jsonSchema: JsonSchema,
  origin: InlineSchemaOrigin,
): Promise<Schema> {
  const unheld = unheldPart(jsonSchema);
  if (unheld) throw cannotHold(origin, unheld.path, unheld);
  const { fromJSONSchema, registry } = await import("zod");
  // Before draft 2019-09 definitions stood under another key, and zod looks under one of the two.
  const defaultTarget = "definitions" in jsonSchema ? "draft-7" : "draft-2020-12";
  try {
    const { $schema: _dialect, ...rest } = jsonSchema;
    const checker = fromJSONSchema(rest, { defaultTarget, registry: registry() });
    const { validate } = checker["~standard"];
    const jsonSchemas = { input: () => jsonSchema, output: () => jsonSchema };
    return {
      "~standard": { version: 1, vendor: "llm-do", validate, jsonSchema: jsonSchemas },
    };
  } catch (error) {
    throw cannotHold(origin, [], { reason: messageOf(error), hint: "correct it", cause: error });
  }
}

function cannotHold(
  { key, place }: InlineSchemaOrigin,
  path: Path,
  { reason, hint, cause }: { reason: string; hint: string; cause?: unknown },
): LlmDoError {
  const part = formatPath([key, ...path]);
  return new LlmDoError({
    code: "worker",
    verb: "load",
    what: place.file,
    reason: path.length === 0 ? `${part}: ${reason}` : `${JSON.stringify(part)} ${reason}`,
    place,
    tries: [hint],
    cause,
  });
}
