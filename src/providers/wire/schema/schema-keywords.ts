import { isDeepStrictEqual } from "node:util";
import { isJsonObject, type Json, type JsonObject } from "../../../model/json.ts";
import { withoutKeywords } from "../../../model/schema/schema-parts.ts";
import { type Stepped, toldOf } from "./schema-step.ts";

/** Keywords that say nothing of values and that servers check or do not know. */
const SILENT = ["$schema", "$id", "$comment", "$anchor"];

/** Servers written in Go send `null` where they mean nothing, those in PHP a list for no properties. */
export function withoutNulls(schema: JsonObject): Stepped | undefined {
  const mayBeNull = ["const", "default"];
  const gone = Object.keys(schema).filter(
    (keyword) =>
      SILENT.includes(keyword) || (schema[keyword] === null && !mayBeNull.includes(keyword)),
  );
  const { required, properties } = schema;
  if (typeof required === "boolean") gone.push("required");
  if (Array.isArray(properties)) gone.push("properties");
  return gone.length === 0 ? undefined : { schema: withoutKeywords(schema, ...gone) };
}

/**
 * Whoever writes schemas by hand may give a keyword a value that is none. What is meant is read where
 * that is evident: in a list of types `null` is one, and a name twice or no name at all in `required`
 * says nothing.
 */
export function withoutBroken(schema: JsonObject): Stepped | undefined {
  const { type, required } = schema;
  const types = Array.isArray(type) ? type.map((name: Json) => name ?? "null") : [];
  const names = Array.isArray(required) ? required.filter((name) => typeof name === "string") : [];
  const read = {
    ...schema,
    ...(Array.isArray(type) ? { type: [...new Set(types)] } : {}),
    ...(Array.isArray(required) ? { required: [...new Set(names)] } : {}),
  };
  const gone = brokenKeywords(read);
  if (gone.length > 0) {
    return { schema: withoutKeywords(read, ...gone), ...toldOf(schema, gone) };
  }
  return isDeepStrictEqual(read, schema) ? undefined : { schema: read };
}

type Check = (value: Json) => boolean;

const TYPES: ReadonlySet<Json> = new Set([
  "array",
  "boolean",
  "integer",
  "null",
  "number",
  "object",
  "string",
]);

const isText: Check = (value) => typeof value === "string";
const isFlag: Check = (value) => typeof value === "boolean";
const isNumber: Check = (value) => typeof value === "number";
const isCount: Check = (value) => Number.isInteger(value) && Number(value) >= 0;
const isSchema: Check = (value) => isFlag(value) || isJsonObject(value);
const isList: Check = (value) => Array.isArray(value);
const isFilledList: Check = (value) => Array.isArray(value) && value.length > 0;
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const isType: Check = (value) =>
  Array.isArray(value)
    ? value.length > 0 && value.every((name: Json) => TYPES.has(name))
    : TYPES.has(value);

/** What the value of a keyword is, in draft 2020-12 or in an earlier one that is still read. */
const VALUES: readonly (readonly [keywords: string, check: Check])[] = [
  ["type", isType],
  ["$ref title description format pattern contentEncoding contentMediaType", isText],
  ["deprecated readOnly writeOnly uniqueItems nullable", isFlag],
  ["minimum maximum", isNumber],
  ["exclusiveMinimum exclusiveMaximum", (value) => isNumber(value) || isFlag(value)],
  ["multipleOf", (value) => isNumber(value) && Number(value) > 0],
  ["minLength maxLength minItems maxItems minContains maxContains", isCount],
  ["minProperties maxProperties", isCount],
  ["enum examples", isList],
  ["required", isTexts],
  ["anyOf oneOf allOf prefixItems", isFilledList],
  ["items", (value) => isSchema(value) || isList(value)],
  ["additionalItems additionalProperties propertyNames contains not if then else", isSchema],
  ["unevaluatedItems unevaluatedProperties", isSchema],
  ["properties patternProperties dependentSchemas $defs definitions", isJsonObject],
  ["dependentRequired", (value) => isJsonObject(value) && Object.values(value).every(isTexts)],
];

const CHECKS: ReadonlyMap<string, Check> = new Map(
  VALUES.flatMap(([keywords, check]) =>
    keywords.split(" ").map((keyword): [string, Check] => [keyword, check]),
  ),
);

/** The keywords of a schema whose values are none: servers refuse a whole request for one of them. */
function brokenKeywords(schema: JsonObject): readonly string[] {
  return Object.keys(schema).filter(
    (keyword) => CHECKS.get(keyword)?.(schema[keyword] ?? null) === false,
  );
}
