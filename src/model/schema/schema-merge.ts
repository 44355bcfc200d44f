import { canonicalJson } from "../canonical.ts";
import { isJsonObject, type Json, type JsonObject, ownField } from "../json.ts";

/** How the values of one keyword join when a value must fit both schemas. */
type Join = (left: Json, right: Json) => Json;

const larger: Join = (left, right) => Math.max(Number(left), Number(right));
const smaller: Join = (left, right) => Math.min(Number(left), Number(right));
const both: Join = (left, right) => ({ allOf: [left, right] });
const common: Join = (left, right) => listOf(left).filter((value) => has(listOf(right), value));
const either: Join = (left, right) => [...new Set([...listOf(left), ...listOf(right)])];

/** How many choices one schema may come to have: a list of choices of choices doubles them. */
const MAX_CHOICES = 256;

/** Every choice of the left with every choice of the right; where these are too many, the right. */
const pairs: Join = (left, right) => {
  const [ones, others] = [listOf(left), listOf(right)];
  if (ones.length * others.length > MAX_CHOICES) return right;
  return ones.flatMap((one) => others.map((other) => both(one, other)));
};

const JOINS: Readonly<Record<string, Join>> = {
  type: (left, right) =>
    has(listOf(left), "number") && has(listOf(right), "integer") ? right : common(left, right),
  enum: common,
  required: either,
  anyOf: pairs,
  oneOf: pairs,
  allOf: (left, right) => [...listOf(left), ...listOf(right)],
  properties: joinProperties,
  items: both,
  additionalProperties: both,
  minimum: larger,
  exclusiveMinimum: larger,
  maximum: smaller,
  exclusiveMaximum: smaller,
  minLength: larger,
  maxLength: smaller,
  minItems: larger,
  maxItems: smaller,
  minProperties: larger,
  uniqueItems: (left, right) => left === true || right === true,
};

/**
 * One schema for what fits both, as far as keywords can be joined; of two that cannot, such as two
 * patterns, the right one stays.
 */
export function mergeSchemas(left: JsonObject, right: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...left };
  for (const [keyword, value] of Object.entries(right)) {
    const known = merged[keyword];
    const join = ownField(JOINS, keyword);
    merged[keyword] = known === undefined || !join ? value : join(known, value);
  }
  return merged;
}

function joinProperties(left: Json, right: Json): Json {
  const properties = isJsonObject(left) ? new Map(Object.entries(left)) : new Map<string, Json>();
  for (const [name, schema] of isJsonObject(right) ? Object.entries(right) : []) {
    const known = properties.get(name);
    properties.set(name, known === undefined ? schema : both(known, schema));
  }
  return Object.fromEntries(properties);
}

/** `type` may be a single name where others are lists. */
function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value];
}

function has(list: readonly Json[], value: Json): boolean {
  const text = canonicalJson(value);
  return list.some((other) => canonicalJson(other) === text);
}
