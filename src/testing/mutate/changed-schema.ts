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

function otherType(type: JsonSchema[string]): JsonSchema {
  const { type: name, ...rest } = isJsonObject(type) ? type : {};
  return { ...rest, type: name === "string" ? "number" : "string" };
}
