import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";

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
export function brokenKeywords(schema: JsonObject): readonly string[] {
  return Object.keys(schema).filter(
    (keyword) => CHECKS.get(keyword)?.(schema[keyword] ?? null) === false,
  );
}
