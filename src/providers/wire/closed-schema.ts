import { isJsonObject, type Json, type JsonSchema } from "../../model/json.ts";
import { schemaParts, typesOfSchema } from "../../model/schema/schema-parts.ts";
import type { StrictRefusal } from "./strict-schema.ts";

/**
 * The first part of a schema that a server does not take which wants every object closed and knows
 * few keywords; undefined where it takes all of it.
 */
export function closedRefusal(
  schema: JsonSchema,
  keywords: ReadonlySet<string>,
): StrictRefusal | undefined {
  return look(schema, [], keywords);
}

function look(
  part: Json,
  path: readonly string[],
  keywords: ReadonlySet<string>,
): StrictRefusal | undefined {
  const refused = (reason: string): StrictRefusal => ({ path: path.join("."), reason });
  if (!isJsonObject(part)) return refused("does not say what it is");
  const unknown = Object.keys(part).find((keyword) => !keywords.has(keyword));
  if (unknown !== undefined) return refused(`has the keyword ${unknown}`);
  const isObject = typesOfSchema(part).includes("object") || part["properties"] !== undefined;
  if (isObject && part["additionalProperties"] !== false) return refused("is an open object");
  for (const [steps, inner] of schemaParts(part)) {
    if (steps[0] === "additionalProperties" && inner === false) continue;
    const found = look(inner, [...path, ...steps], keywords);
    if (found) return found;
  }
  return undefined;
}
