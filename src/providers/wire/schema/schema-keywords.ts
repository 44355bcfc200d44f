import { isDeepStrictEqual } from "node:util";
import { isJsonObject, type Json, type JsonObject } from "../../../model/json.ts";
import { typesOfSchema, withoutKeywords } from "../../../model/schema/schema-parts.ts";
import { type StepContext, type Stepped, toldOf } from "./schema-step.ts";

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

/**
 * What must be there is among the properties. A record of known names becomes an object of them; of
 * what may be no object, or cannot have the property, the demand is told.
 */
export function withRequired(
  schema: JsonObject,
  { rules, writable }: StepContext,
): Stepped | undefined {
  if (!rules.requiredDefined) return undefined;
  const { required } = schema;
  const properties = isJsonObject(schema["properties"]) ? schema["properties"] : {};
  const isNew = (name: string): boolean => !Object.hasOwn(properties, name);
  const demanded = Array.isArray(required) ? required.map(String) : [];
  const known = namesOfRecord(schema, properties);
  const added = [...new Set([...(known ?? []), ...demanded])].filter(isNew);
  if (added.length === 0) return undefined;
  const isObject = typesOfSchema(schema).includes("object");
  if (!isObject || schema["additionalProperties"] === false) return withoutNew(schema, isNew);
  const each = furtherOf(schema, added.length, writable);
  const written = {
    ...schema,
    properties: { ...properties, ...Object.fromEntries(added.map((name) => [name, each])) },
  };
  const isRecord = known !== undefined && demanded.every((name) => known.includes(name));
  if (!isRecord) return { schema: written };
  return { schema: { ...withoutKeywords(written, "propertyNames"), additionalProperties: false } };
}

function withoutNew(schema: JsonObject, isNew: (name: string) => boolean): Stepped | undefined {
  const demanded = Array.isArray(schema["required"]) ? schema["required"].map(String) : [];
  const told = demanded.filter(isNew);
  if (told.length === 0) return undefined;
  const kept = demanded.filter((name) => !isNew(name));
  const rest = withoutKeywords(schema, "required");
  return {
    schema: kept.length === 0 ? rest : { ...rest, required: kept },
    told: { required: told },
  };
}

/** The schema of properties that nothing describes by name, or nothing where it is too large. */
function furtherOf(schema: JsonObject, times: number, writable: StepContext["writable"]): Json {
  const { additionalProperties, patternProperties } = schema;
  if (!isJsonObject(additionalProperties) || patternProperties !== undefined) return {};
  const characters = times * JSON.stringify(additionalProperties).length;
  if (characters > writable.characters) return {};
  writable.characters -= characters;
  return additionalProperties;
}

/** The names that an object's properties may have, where they are listed and nothing else is said. */
function namesOfRecord(schema: JsonObject, properties: JsonObject): readonly string[] | undefined {
  const { propertyNames, patternProperties, additionalProperties } = schema;
  if (!isJsonObject(propertyNames) || patternProperties !== undefined) return undefined;
  const { enum: names, type: _type, ...more } = propertyNames;
  if (!isJsonObject(additionalProperties) || Object.keys(more).length > 0) return undefined;
  if (!Array.isArray(names)) return undefined;
  const texts = names.filter((name) => typeof name === "string");
  return Object.keys(properties).every((name) => texts.includes(name)) ? texts : undefined;
}
