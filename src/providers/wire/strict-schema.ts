import { isJsonObject, type Json, type JsonSchema } from "../../model/json.ts";

/**
 * Keywords that strict mode takes: the supported ones of OpenAI's guide to structured outputs as
 * https://github.com/pydantic/pydantic-ai/pull/2420 quotes it (read 2026-11-22), and those that
 * openai 7.57.0 passes on in `lib/transform`. A schema with any other is sent without `strict`.
 */
const KEYWORDS: ReadonlySet<string> = new Set([
  "$defs",
  "$ref",
  "$schema",
  "additionalProperties",
  "anyOf",
  "const",
  "definitions",
  "description",
  "enum",
  "exclusiveMaximum",
  "exclusiveMinimum",
  "items",
  "maxItems",
  "maximum",
  "minItems",
  "minimum",
  "multipleOf",
  "pattern",
  "properties",
  "required",
  "title",
  "type",
]);

/**
 * Levels of nesting that every model takes: "6 levels of nesting exceeds limit of 5",
 * https://github.com/tidyverse/ellmer/issues/671 (read 2026-11-22).
 */
const MAX_DEPTH = 5;

/**
 * Whether strict mode surely takes a schema: its root is an object, every object names all its
 * properties as required and allows no others, and only known keywords are used.
 */
export function isStrictSchema(schema: JsonSchema): boolean {
  return schema.type === "object" && schema.anyOf === undefined && fits(schema, 1);
}

function fits(schema: Json, depth: number): boolean {
  if (!isJsonObject(schema) || depth > MAX_DEPTH) return false;
  const { properties, items, anyOf, $defs, definitions } = schema;
  if (!Object.keys(schema).every((keyword) => KEYWORDS.has(keyword))) return false;
  if (saysObject(schema) && !isClosed(schema)) return false;
  const inner = [
    ...Object.values(isJsonObject(properties) ? properties : {}),
    ...Object.values(isJsonObject($defs) ? $defs : {}),
    ...Object.values(isJsonObject(definitions) ? definitions : {}),
    ...(Array.isArray(anyOf) ? anyOf : []),
    ...(items === undefined ? [] : [items]),
  ];
  return inner.every((part) => fits(part, depth + 1));
}

function saysObject(schema: JsonSchema): boolean {
  const { type, properties, additionalProperties } = schema;
  const named = type === "object" || (Array.isArray(type) && type.includes("object"));
  return named || properties !== undefined || additionalProperties !== undefined;
}

function isClosed(schema: JsonSchema): boolean {
  const { properties, required, additionalProperties } = schema;
  const names = Object.keys(isJsonObject(properties) ? properties : {});
  const demanded: readonly Json[] = Array.isArray(required) ? required : [];
  return additionalProperties === false && names.every((name) => demanded.includes(name));
}
