import { isJsonObject, type Json, type JsonObject } from "../../../model/json.ts";
import {
  referredSchema,
  typesOfSchema,
  withoutKeywords,
} from "../../../model/schema/schema-parts.ts";
import { withoutBroken, withoutNulls, withRequired } from "./schema-keywords.ts";
import { isPlainPattern, isRegExp, looksAround } from "./schema-pattern.ts";
import type { SchemaRules } from "./schema-rules.ts";
import { type Step, type StepContext, type Stepped, toldOf } from "./schema-step.ts";

/** Each gives the schema without one kind of thing that is not taken; undefined without any. */
export const SCHEMA_STEPS: readonly Step[] = [
  withoutNulls,
  withoutBroken,
  inToday,
  withReference,
  withPattern,
  withNamePatterns,
  withValues,
  withTuple,
  withOneOf,
  withRequired,
  withTypes,
  withFormat,
  withKeywords,
];

/** Draft 4 and 7, and OpenAPI 3.0, in the words of draft 2020-12. */
function inToday(schema: JsonObject): Stepped | undefined {
  let next = schema;
  const { items, additionalItems } = next;
  if (Array.isArray(items)) {
    const rest = additionalItems === undefined ? {} : { items: additionalItems };
    next = {
      ...withoutKeywords(next, "items", "additionalItems"),
      ...(items.length === 0 ? {} : { prefixItems: items }),
      ...rest,
    };
  }
  for (const [exclusive, bound] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    const flag = next[exclusive];
    if (typeof flag !== "boolean") continue;
    const value = next[bound];
    const isMoved = flag && value !== undefined;
    next = withoutKeywords(next, exclusive, ...(isMoved ? [bound] : []));
    if (isMoved) next = { ...next, [exclusive]: value };
  }
  if (typeof next["nullable"] === "boolean") {
    const isNullable = next["nullable"];
    next = withoutKeywords(next, "nullable");
    if (isNullable) next = orNull(next);
  }
  return next === schema ? undefined : { schema: next };
}

function orNull(schema: JsonObject): JsonObject {
  const types = typesOfSchema(schema);
  const { enum: values } = schema;
  if (types.length === 0 || schema["const"] !== undefined) {
    return { anyOf: [schema, { type: "null" }] };
  }
  return {
    ...schema,
    type: [...new Set([...types, "null"])],
    ...(Array.isArray(values) && !values.includes(null) ? { enum: [...values, null] } : {}),
  };
}

function withReference(schema: JsonObject, { root }: StepContext): Stepped | undefined {
  const { $ref: reference } = schema;
  if (typeof reference !== "string" || referredSchema(root, reference) !== undefined) {
    return undefined;
  }
  return { schema: withoutKeywords(schema, "$ref"), told: { $ref: reference } };
}

function withPattern(schema: JsonObject, { rules }: StepContext): Stepped | undefined {
  const { pattern } = schema;
  if (typeof pattern !== "string" || takesPattern(pattern, rules)) return undefined;
  return { schema: withoutKeywords(schema, "pattern"), told: { pattern } };
}

function withNamePatterns(schema: JsonObject, { rules }: StepContext): Stepped | undefined {
  const { patternProperties } = schema;
  const names = isJsonObject(patternProperties) ? Object.keys(patternProperties) : [];
  if (names.every((name) => takesPattern(name, rules))) return undefined;
  // Without it, what closes the object would shut out what the patterns let in.
  const rest = withoutKeywords(schema, "patternProperties");
  return {
    schema:
      rest["additionalProperties"] === undefined ? rest : { ...rest, additionalProperties: true },
    told: { patternProperties: patternProperties ?? {} },
  };
}

function takesPattern(pattern: string, { patterns }: SchemaRules): boolean {
  if (!isRegExp(pattern)) return false;
  if (patterns === "all") return true;
  return !looksAround(pattern) && (patterns === "no-lookaround" || isPlainPattern(pattern));
}

function withValues(schema: JsonObject, { rules }: StepContext): Stepped | undefined {
  const { enum: values, const: constant } = schema;
  if (Array.isArray(values) && values.length === 0) {
    return { schema: withoutKeywords(schema, "enum"), told: { enum: [] } };
  }
  if (!rules.textEnumsOnly) return undefined;
  const all = constant === undefined ? values : [constant];
  if (!Array.isArray(all)) return undefined;
  const rest = withoutKeywords(schema, "enum", "const");
  if (all.every((value) => typeof value === "string" && value !== "")) {
    if (constant === undefined && rest["type"] !== undefined) return undefined;
    return { schema: { ...rest, type: "string", enum: all } };
  }
  const types = [...new Set(all.map(typeOfValue))];
  const typed = rest["type"] === undefined ? { ...rest, type: types } : rest;
  return { schema: typed, told: { enum: all } };
}

function typeOfValue(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "object" ? "object" : typeof value;
}

/** Item by item becomes: each item is one of these. */
function withTuple(schema: JsonObject, { rules }: StepContext): Stepped | undefined {
  if (rules.tuples) return undefined;
  const { prefixItems, items } = schema;
  if (!Array.isArray(prefixItems)) {
    const isList = typesOfSchema(schema).includes("array") && !isJsonObject(items);
    if (!isList || items === false) return isList ? { schema: withNoItems(schema) } : undefined;
    return { schema: { ...schema, items: {} } };
  }
  const rest = withoutKeywords(schema, "prefixItems");
  const isOpen = items === undefined || items === true;
  const kinds = [...prefixItems, ...(isJsonObject(items) ? [items] : [])];
  const most = items === false ? { maxItems: maxItemsOf(schema, prefixItems.length) } : {};
  const each = isOpen ? {} : kinds.length === 1 ? (kinds[0] ?? {}) : { anyOf: unique(kinds) };
  return {
    schema: { ...rest, items: each, ...most },
    told: { prefixItems, ...(items === undefined ? {} : { items }) },
  };
}

function withNoItems(schema: JsonObject): JsonObject {
  return { ...schema, items: {}, maxItems: 0 };
}

function maxItemsOf({ maxItems }: JsonObject, most: number): number {
  return typeof maxItems === "number" ? Math.min(maxItems, most) : most;
}

/** What is one of several is any of them, too. */
function withOneOf(schema: JsonObject, { rules }: StepContext): Stepped | undefined {
  const { oneOf, anyOf } = schema;
  if (rules.oneOf || !Array.isArray(oneOf)) return undefined;
  const rest = withoutKeywords(schema, "oneOf");
  if (anyOf === undefined) return { schema: { ...rest, anyOf: oneOf } };
  return { schema: rest, told: { oneOf } };
}

/** Keywords that say something of values of one type only, and hold schemas, which may nest. */
const TYPES_OF_KEYWORDS: ReadonlyMap<string, string> = new Map([
  ["properties", "object"],
  ["required", "object"],
  ["additionalProperties", "object"],
  ["items", "array"],
]);

/** A schema with one of its types. Written to each type, what nests would double at every level. */
function ofType(schema: JsonObject, type: Json): JsonObject {
  const others = [...TYPES_OF_KEYWORDS].filter(([, own]) => own !== type);
  return { ...withoutKeywords(schema, ...others.map(([keyword]) => keyword)), type };
}

/** Several types become a choice, where a type is one name. */
function withTypes(schema: JsonObject, { rules }: StepContext): Stepped | undefined {
  const { type, description, title, anyOf, ...rest } = schema;
  if (!rules.textEnumsOnly || !Array.isArray(type)) return undefined;
  if (type.length === 1) return { schema: { ...schema, type: type[0] ?? "string" } };
  if (anyOf !== undefined) {
    return { schema: withoutKeywords(schema, "type"), told: { type } };
  }
  const choice = type.map((name) => (name === "null" ? { type: name } : ofType(rest, name)));
  return {
    schema: {
      anyOf: choice,
      ...(title === undefined ? {} : { title }),
      ...(description === undefined ? {} : { description }),
    },
  };
}

function withFormat(schema: JsonObject, { rules }: StepContext): Stepped | undefined {
  const { format } = schema;
  if (typeof format !== "string" || rules.formats?.has(format) !== false) return undefined;
  return { schema: withoutKeywords(schema, "format"), told: { format } };
}

function withKeywords(schema: JsonObject, { rules }: StepContext): Stepped | undefined {
  const { keywords } = rules;
  const gone = Object.keys(schema).filter((keyword) => keywords?.has(keyword) === false);
  if (gone.length === 0) return undefined;
  const rest = withoutKeywords(schema, ...gone);
  const isOpen = typeof schema["additionalProperties"] === "boolean";
  const said = isOpen ? gone.filter((keyword) => keyword !== "additionalProperties") : gone;
  return { schema: rest, ...toldOf(schema, said) };
}

function unique(schemas: readonly Json[]): readonly Json[] {
  const byText = new Map(schemas.map((schema) => [JSON.stringify(schema), schema]));
  return [...byText.values()];
}
