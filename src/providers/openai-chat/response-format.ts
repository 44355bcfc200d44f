import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../../model/json.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { refused } from "./refused.ts";

/** The name of a schema that has no title; the wire wants one. */
const DEFAULT_NAME = "answer";

/** Longest name that the wire takes. Source: FunctionDefinition and JSONSchema of the openai SDK. */
const NAME_CHARACTERS = 64;

/**
 * `response_format` for an answer that must fit a schema.
 *
 * @throws LlmDoError `configuration` when the server takes no schema
 */
export function responseFormat(
  schema: JsonSchema,
  switches: ServerSwitches,
  model: string,
): JsonObject {
  if (switches.jsonSchema === "none") {
    throw refused(model, "this server takes no output schema", [
      "remove output_schema from the worker and describe the output in its instructions",
      "use a model of a provider that takes schemas",
    ]);
  }
  const strict = switches.jsonSchema === "strict" && isStrictSchema(schema);
  return {
    type: "json_schema",
    json_schema: { name: schemaName(schema), schema, strict },
  };
}

function schemaName(schema: JsonSchema): string {
  const title = typeof schema.title === "string" ? schema.title : "";
  return title.replace(/[^A-Za-z0-9_-]+/g, "_").slice(0, NAME_CHARACTERS) || DEFAULT_NAME;
}

/** Keywords that strict mode refuses. Source: as {@link isStrictSchema}. */
const REFUSED_KEYWORDS = ["allOf", "oneOf", "not", "if", "patternProperties"] as const;

/** Keywords that hold one schema or a list of them, and those that hold schemas by name. */
const SCHEMA_KEYWORDS = ["items", "anyOf"] as const;
const SCHEMA_MAP_KEYWORDS = ["properties", "$defs", "definitions"] as const;

/**
 * Whether strict mode would take the schema: every object closed, every property required. Anything
 * else is answered with HTTP 400 in strict mode.
 * Source: https://platform.openai.com/docs/guides/structured-outputs (supported schemas).
 */
function isStrictSchema(schema: Json | undefined): boolean {
  if (Array.isArray(schema)) return schema.every(isStrictSchema);
  if (!isJsonObject(schema)) return true;
  if (REFUSED_KEYWORDS.some((keyword) => keyword in schema)) return false;
  const isObject = schema.type === "object" || "properties" in schema;
  if (isObject && !isClosedAndRequired(schema)) return false;
  const maps = SCHEMA_MAP_KEYWORDS.map((keyword) => schema[keyword]).filter(isJsonObject);
  return (
    SCHEMA_KEYWORDS.every((keyword) => isStrictSchema(schema[keyword])) &&
    maps.every((map) => Object.values(map).every(isStrictSchema))
  );
}

function isClosedAndRequired(schema: JsonObject): boolean {
  const { properties, required, additionalProperties } = schema;
  const names = isJsonObject(properties) ? Object.keys(properties) : [];
  const isRequired = (name: string) => Array.isArray(required) && required.includes(name);
  return additionalProperties === false && names.every(isRequired);
}
