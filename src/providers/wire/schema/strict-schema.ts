import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../../../model/json.ts";
import {
  mapSchemaParts,
  referredSchema,
  schemaParts,
  typesOfSchema,
} from "../../../model/schema/schema-parts.ts";
import { fitSchema } from "./fit-schema.ts";
import { isRegExp, looksAround } from "./schema-pattern.ts";
import type { SchemaRules } from "./schema-rules.ts";

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
 * Properties that a schema may have in all: 100 at first, as
 * https://gist.github.com/jeremedia/7e874bc6283a10ce8b4d2746413d3ce4 has it (read 2026-11-30); later
 * models take more. The number of values of `enum` is our own cautious bound.
 */
const MAX_PROPERTIES = 100;
const MAX_ENUM_VALUES = 500;

/** Why strict mode may not take a schema. */
interface StrictRefusal {
  /** Where, as in `properties.name`; empty for the root. */
  readonly path: string;
  /** Completes "it ...". */
  readonly reason: string;
}

/**
 * Whether strict mode surely takes a schema: its root is an object, every object names all its
 * properties as required and allows no others, every part says what it is, and only known keywords
 * are used, with patterns that do not look around.
 */
export function isStrictSchema(schema: JsonSchema): boolean {
  return strictRefusal(schema) === undefined;
}

/**
 * A tool's schema as strict mode takes it; undefined where it takes none of that meaning. An object
 * that says nothing of further properties is closed: a tool of zod drops those that it does not name.
 */
export function strictToolSchema(schema: JsonSchema): JsonSchema | undefined {
  const closed = withClosedObjects(schema);
  return isStrictSchema(closed) ? closed : undefined;
}

function withClosedObjects(schema: JsonObject): JsonObject {
  const inner = mapSchemaParts(schema, (part) =>
    isJsonObject(part) ? withClosedObjects(part) : part,
  );
  return mayBeClosed(inner) ? { ...inner, additionalProperties: false } : inner;
}

/** An object without properties is left open: it stands for a map of anything. */
function mayBeClosed({ properties, additionalProperties }: JsonObject): boolean {
  const isNamed = isJsonObject(properties) && Object.keys(properties).length > 0;
  return isNamed && additionalProperties === undefined;
}

/** The first part of a schema that strict mode may not take; undefined where it takes all of it. */
export function strictRefusal(schema: JsonSchema): StrictRefusal | undefined {
  if (schema["type"] !== "object" || schema["anyOf"] !== undefined) {
    return { path: "", reason: "is not one object" };
  }
  const counted = { properties: 0, values: 0 };
  const found = firstRefusal(schema, { root: schema, path: [], counted });
  if (found) return found;
  if (counted.properties > MAX_PROPERTIES) return { path: "", reason: "has too many properties" };
  if (counted.values > MAX_ENUM_VALUES) return { path: "", reason: "has too many enum values" };
  return undefined;
}

interface Look {
  readonly root: JsonSchema;
  readonly path: readonly string[];
  readonly counted: { properties: number; values: number };
}

function firstRefusal(schema: Json, look: Look): StrictRefusal | undefined {
  const { path, counted, root } = look;
  const refused = (reason: string): StrictRefusal => ({ path: path.join("."), reason });
  if (!isJsonObject(schema)) return refused("does not say what it is");
  if (levelsOf(path) > MAX_DEPTH) return refused(`is nested deeper than ${MAX_DEPTH} levels`);
  const unknown = Object.keys(schema).find((keyword) => !KEYWORDS.has(keyword));
  if (unknown !== undefined) return refused(`has the keyword ${unknown}`);
  const reason = ownRefusal(schema, root);
  if (reason !== undefined) return refused(reason);
  const { properties, enum: values } = schema;
  counted.properties += isJsonObject(properties) ? Object.keys(properties).length : 0;
  counted.values += Array.isArray(values) ? values.length : 0;
  for (const [steps, part] of schemaParts(schema)) {
    if (steps[0] === "additionalProperties") continue;
    const found = firstRefusal(part, { ...look, path: [...path, ...steps] });
    if (found) return found;
  }
  return undefined;
}

/** What is wrong with a part itself. */
function ownRefusal(schema: JsonObject, root: JsonSchema): string | undefined {
  const { $ref: reference, anyOf, enum: values, pattern, items } = schema;
  if (reference !== undefined) {
    if (Object.keys(schema).length > 1) return "has keywords beside $ref";
    const isWithin = typeof reference === "string" && referredSchema(root, reference);
    return isWithin ? undefined : "has a $ref that leads nowhere";
  }
  const types = typesOfSchema(schema);
  if (saysObject(schema) && !isClosed(schema)) {
    return "is an object that is open or has properties that are not required";
  }
  if (types.length === 0 && !(Array.isArray(anyOf) && anyOf.length > 0)) return "has no type";
  if (types.includes("array") && !isJsonObject(items)) return "is a list without items";
  if (values !== undefined && !isScalarList(values))
    return "has an enum without values, or of others than scalars";
  if (typeof pattern === "string" && (!isRegExp(pattern) || looksAround(pattern))) {
    return `has the pattern ${pattern}, which looks around`;
  }
  return undefined;
}

/** Each schema within another one is a level, whatever keyword leads to it. */
function levelsOf(path: readonly string[]): number {
  const names = ["properties", "$defs", "definitions", "anyOf"];
  let levels = 1;
  for (let index = 0; index < path.length; index++) {
    if (names.includes(path[index] ?? "")) index++;
    levels++;
  }
  return levels;
}

function isScalarList(values: Json): boolean {
  return (
    Array.isArray(values) &&
    values.length > 0 &&
    values.every((value: Json) => value === null || typeof value !== "object")
  );
}

function saysObject(schema: JsonObject): boolean {
  const { properties, additionalProperties } = schema;
  const named = typesOfSchema(schema).includes("object");
  return named || properties !== undefined || additionalProperties !== undefined;
}

function isClosed(schema: JsonObject): boolean {
  const { properties, required, additionalProperties } = schema;
  const names = Object.keys(isJsonObject(properties) ? properties : {});
  const demanded: readonly Json[] = Array.isArray(required) ? required : [];
  return additionalProperties === false && names.every((name) => demanded.includes(name));
}

/**
 * The first part of a schema that a server does not take which wants every object closed and knows
 * few keywords; undefined where it takes all of it.
 */
export function closedRefusal(
  schema: JsonSchema,
  keywords: ReadonlySet<string>,
): StrictRefusal | undefined {
  return look(schema, [], keywords);
}

function look(
  part: Json,
  path: readonly string[],
  keywords: ReadonlySet<string>,
): StrictRefusal | undefined {
  const refused = (reason: string): StrictRefusal => ({ path: path.join("."), reason });
  if (!isJsonObject(part)) return refused("does not say what it is");
  const unknown = Object.keys(part).find((keyword) => !keywords.has(keyword));
  if (unknown !== undefined) return refused(`has the keyword ${unknown}`);
  const isObject = typesOfSchema(part).includes("object") || part["properties"] !== undefined;
  if (isObject && part["additionalProperties"] !== false) return refused("is an open object");
  for (const [steps, inner] of schemaParts(part)) {
    if (steps[0] === "additionalProperties" && inner === false) continue;
    const found = look(inner, [...path, ...steps], keywords);
    if (found) return found;
  }
  return undefined;
}

/** An output schema as one of OpenAI's formats takes it. */
interface OutputDialect {
  readonly schema: JsonSchema;
  readonly strict: boolean;
}

const known = new WeakMap<SchemaRules, WeakMap<JsonSchema, OutputDialect>>();

/**
 * Finds out once for each schema how a server takes it: strictly and as it is, or not strictly and
 * without what is refused there as well.
 */
export function outputDialect(schema: JsonSchema, rules: SchemaRules): OutputDialect {
  const ofRules = known.get(rules) ?? new WeakMap<JsonSchema, OutputDialect>();
  known.set(rules, ofRules);
  const found = ofRules.get(schema);
  if (found) return found;
  const strict = isStrictSchema(schema);
  const made = { schema: strict ? schema : fitSchema(schema, rules).schema, strict };
  ofRules.set(schema, made);
  return made;
}
