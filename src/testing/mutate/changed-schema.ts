import { isJsonObject, type JsonSchema } from "../../model/json.ts";

/** A property that no schema has. */
const ADDED = { "llm-do-changed": { type: "string" } };

/** A schema that takes something else: its first property has another type, or it has one more. */
export function changedSchema(schema: JsonSchema): JsonSchema {
  const { properties } = schema;
  const [first] = isJsonObject(properties) ? Object.entries(properties) : [];
  if (!first || !isJsonObject(properties)) return { ...schema, properties: ADDED };
  const [name, type] = first;
  return { ...schema, properties: { ...properties, [name]: otherType(type) } };
}

/** The property that {@link changedSchema} changes, as it was; null for one more. */
export function changedProperty({ properties }: JsonSchema): JsonSchema[string] {
  const [first] = isJsonObject(properties) ? Object.entries(properties) : [];
  if (!first) return null;
  const [name, type] = first;
  return [name, isJsonObject(type) ? (type["type"] ?? null) : null];
}

function otherType(type: JsonSchema[string]): JsonSchema {
  const { type: name, ...rest } = isJsonObject(type) ? type : {};
  return { ...rest, type: name === "string" ? "number" : "string" };
}
