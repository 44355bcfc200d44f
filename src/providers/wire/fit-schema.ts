import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../../model/json.ts";
import { mapSchemaParts, typesOfSchema, withoutKeywords } from "../../model/schema-parts.ts";
import { referredSchema } from "../../model/schema-reference.ts";
import { isPlainPattern, isRegExp, looksAround } from "./schema-pattern.ts";
import type { SchemaRules } from "./schema-rules.ts";

/** Something of a schema that a provider does not take, and that the schema as sent leaves open. */
export interface LoosePart {
  /** Where it stands, as in `properties.name`; empty for the root. */
  readonly path: string;
  /** What is told in the description instead, as JSON. */
  readonly told: string;
}

/** A schema with a list of what it leaves open. */
export interface FittedSchema {
  readonly schema: JsonSchema;
  readonly loose: readonly LoosePart[];
}

/**
 * Brings all parts of a schema into what a provider takes. What it does not take is left open and
 * told in the description of its part, so that the result accepts at least what the schema accepts.
 * A schema that is taken as it is comes back as the very same object.
 *
 * For every provider: words of earlier drafts are said in those of draft 2020-12, and what no
 * validator would take (a reference that leads nowhere, an empty `enum`, a pattern that is no
 * regular expression, `null` in place of a keyword's value) is left open.
 */
export function fitSchema(schema: JsonSchema, rules: SchemaRules): FittedSchema {
  const loose: LoosePart[] = [];
  const fitted = fitPart(schema, { rules, root: schema, loose, path: [], following: new Set() });
  return { schema: isJsonObject(fitted) ? fitted : {}, loose };
}

interface Work {
  readonly rules: SchemaRules;
  readonly root: JsonSchema;
  readonly loose: LoosePart[];
  readonly path: readonly string[];
  /** References whose targets are being written in their place. */
  readonly following: ReadonlySet<string>;
}

function fitPart(part: Json, work: Work): Json {
  if (part === false) return part;
  if (part === true) return work.path.at(-1) === "additionalProperties" ? part : {};
  if (!isJsonObject(part)) return {};
  const reference = part["$ref"];
  if (typeof reference === "string" && !work.rules.references) {
    return written(part, reference, work);
  }
  let node = part;
  const told: JsonObject[] = [];
  for (const step of STEPS) {
    const next = step(node, work);
    if (next === undefined) continue;
    node = next.schema;
    if (next.told) told.push(next.told);
  }
  if (told.length > 0) node = describe(node, told, work);
  node = withNegations(node, work);
  return mapSchemaParts(node, (inner, path) =>
    fitPart(inner, { ...work, path: [...work.path, ...path] }),
  );
}

interface Stepped {
  readonly schema: JsonObject;
  /** Keywords that the schema no longer has and that said something of values. */
  readonly told?: JsonObject;
}

/** Each gives the schema without one kind of thing that is not taken; undefined without any. */
const STEPS: readonly ((schema: JsonObject, work: Work) => Stepped | undefined)[] = [
  withoutNulls,
  inToday,
  withReference,
  withPattern,
  withNamePatterns,
  withValues,
  withTuple,
  withOneOf,
  withTypes,
  withFormat,
  withKeywords,
];

/**
 * A part that is left open accepts more, so what refuses values by it would refuse more: that is
 * left open as well.
 */
function withNegations(schema: JsonObject, work: Work): JsonObject {
  const isLoosened = (keyword: string): boolean => {
    const part = schema[keyword];
    if (part === undefined) return false;
    const loose: LoosePart[] = [];
    const parts: readonly Json[] = Array.isArray(part) ? part : [part];
    for (const inner of parts) fitPart(inner, { ...work, loose, path: [keyword] });
    return loose.length > 0;
  };
  const gone: string[] = [];
  if (isLoosened("not")) gone.push("not");
  if (isLoosened("if")) gone.push("if", "then", "else");
  if (schema["maxContains"] !== undefined && isLoosened("contains")) gone.push("maxContains");
  const { oneOf } = schema;
  const isAmbiguous = oneOf !== undefined && isLoosened("oneOf");
  if (isAmbiguous) gone.push("oneOf");
  if (gone.length === 0) return schema;
  const kept = withoutKeywords(schema, ...gone);
  if (isAmbiguous && kept["anyOf"] === undefined) return { ...kept, anyOf: oneOf };
  const told = Object.entries(schema).filter(([keyword]) => gone.includes(keyword));
  return describe(kept, [Object.fromEntries(told)], work);
}

/** Keywords that say nothing of values and that servers check or do not know. */
const SILENT = ["$schema", "$id", "$comment", "$anchor"];

/** Servers written in Go send `null` where they mean nothing, those in PHP a list for no properties. */
function withoutNulls(schema: JsonObject): Stepped | undefined {
  const mayBeNull = ["const", "default"];
  const gone = Object.keys(schema).filter(
    (keyword) =>
      SILENT.includes(keyword) || (schema[keyword] === null && !mayBeNull.includes(keyword)),
  );
  const { required, properties } = schema;
  if (typeof required === "boolean") gone.push("required");
  if (Array.isArray(properties)) gone.push("properties");
  const names = Array.isArray(required) ? [...new Set(required)] : [];
  const isTwice = Array.isArray(required) && names.length < required.length;
  if (gone.length === 0 && !isTwice) return undefined;
  const rest = withoutKeywords(schema, ...gone);
  return { schema: isTwice ? { ...rest, required: names } : rest };
}

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

function withReference(schema: JsonObject, { root }: Work): Stepped | undefined {
  const { $ref: reference } = schema;
  if (typeof reference !== "string" || referredSchema(root, reference) !== undefined) {
    return undefined;
  }
  return { schema: withoutKeywords(schema, "$ref"), told: { $ref: reference } };
}

function withPattern(schema: JsonObject, { rules }: Work): Stepped | undefined {
  const { pattern } = schema;
  if (typeof pattern !== "string" || takesPattern(pattern, rules)) return undefined;
  return { schema: withoutKeywords(schema, "pattern"), told: { pattern } };
}

function withNamePatterns(schema: JsonObject, { rules }: Work): Stepped | undefined {
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

function withValues(schema: JsonObject, { rules }: Work): Stepped | undefined {
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
function withTuple(schema: JsonObject, { rules }: Work): Stepped | undefined {
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
function withOneOf(schema: JsonObject, { rules }: Work): Stepped | undefined {
  const { oneOf, anyOf } = schema;
  if (rules.oneOf || !Array.isArray(oneOf)) return undefined;
  const rest = withoutKeywords(schema, "oneOf");
  if (anyOf === undefined) return { schema: { ...rest, anyOf: oneOf } };
  return { schema: rest, told: { oneOf } };
}

/** Several types become a choice, where a type is one name. */
function withTypes(schema: JsonObject, { rules }: Work): Stepped | undefined {
  const { type, description, title, anyOf, ...rest } = schema;
  if (!rules.textEnumsOnly || !Array.isArray(type)) return undefined;
  if (type.length === 1) return { schema: { ...schema, type: type[0] ?? "string" } };
  if (anyOf !== undefined) {
    return { schema: withoutKeywords(schema, "type"), told: { type } };
  }
  const choice = type.map((name) => (name === "null" ? { type: name } : { ...rest, type: name }));
  return {
    schema: {
      anyOf: choice,
      ...(title === undefined ? {} : { title }),
      ...(description === undefined ? {} : { description }),
    },
  };
}

function withFormat(schema: JsonObject, { rules }: Work): Stepped | undefined {
  const { format } = schema;
  if (typeof format !== "string" || rules.formats?.has(format) !== false) return undefined;
  return { schema: withoutKeywords(schema, "format"), told: { format } };
}

/** Keywords without which a schema accepts the same values. */
const ANNOTATIONS: ReadonlySet<string> = new Set(
  "$defs definitions deprecated examples readOnly writeOnly default".split(" "),
);

function withKeywords(schema: JsonObject, { rules }: Work): Stepped | undefined {
  const { keywords } = rules;
  const gone = Object.keys(schema).filter((keyword) => keywords?.has(keyword) === false);
  if (gone.length === 0) return undefined;
  const rest = withoutKeywords(schema, ...gone);
  const said = Object.entries(schema).filter(
    ([keyword, value]) =>
      gone.includes(keyword) &&
      !ANNOTATIONS.has(keyword) &&
      !(keyword === "additionalProperties" && typeof value === "boolean"),
  );
  return said.length === 0 ? { schema: rest } : { schema: rest, told: Object.fromEntries(said) };
}

/** What a reference leads to, in its place; the same schema once more is told, not written. */
function written(part: JsonObject, reference: string, work: Work): Json {
  const target = referredSchema(work.root, reference);
  const rest = withoutKeywords(part, "$ref");
  if (!isJsonObject(target)) return fitPart(describe(rest, [{ $ref: reference }], work), work);
  if (work.following.has(reference)) {
    const { type } = target;
    const typed = type === undefined ? rest : { type, ...rest };
    return fitPart(describe(typed, [{ $ref: reference }], work), work);
  }
  const following = new Set([...work.following, reference]);
  const own = withoutKeywords(target, "$defs", "definitions");
  return fitPart({ ...own, ...rest }, { ...work, following });
}

function describe(schema: JsonObject, told: readonly JsonObject[], work: Work): JsonObject {
  const all: JsonObject = Object.assign({}, ...told);
  const text = `must fit ${JSON.stringify(all)}`;
  work.loose.push({ path: work.path.join("."), told: JSON.stringify(all) });
  const { description } = schema;
  const before = typeof description === "string" && description !== "" ? `${description}\n` : "";
  return { ...schema, description: before + text };
}

function unique(schemas: readonly Json[]): readonly Json[] {
  const byText = new Map(schemas.map((schema) => [JSON.stringify(schema), schema]));
  return [...byText.values()];
}
