import { canonicalJson } from "../canonical.ts";
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../json.ts";
import { exampleNumber, exampleString } from "./example-of-scalar.ts";
import { mergeSchemas } from "./schema-merge.ts";
import { referredSchema, withoutKeywords } from "./schema-parts.ts";

/** How many variants are tried for each item of a list whose items must differ. */
const VARIANTS_PER_UNIQUE_ITEM = 8;

/**
 * How many parts of schemas are looked at, so that a search ends: a few definitions that refer to each
 * other twice double at every level.
 */
const MAX_PARTS = 50_000;

interface Context {
  readonly root: JsonSchema;
  /** References that are being followed. Following one again would never end. */
  readonly path: ReadonlySet<string>;
  /** How many parts may still be looked at, in all of the search. */
  readonly open: { parts: number };
  /** 0 for the usual example; other numbers give other values where that is possible. */
  readonly variant: number;
}

/**
 * A value that fits a JSON Schema, always the same for the same schema; undefined when none was
 * found, or only a very large one.
 *
 * Objects get their required properties only, lists one item where they may. Understood are `type`,
 * `enum`, `const`, `properties`, `required`, `additionalProperties`, `minProperties`, `propertyNames`, `items`,
 * `prefixItems`, `minItems`, `maxItems`, `uniqueItems`, bounds of numbers and lengths, `multipleOf`,
 * common formats and patterns, `anyOf`, `oneOf`, `allOf` and `$ref` within the schema. Other
 * keywords, such as `not` and `if`, are not looked at: where they matter the value may not fit.
 *
 * @example
 * ```ts
 * generateExample({ type: "object", properties: { n: { type: "integer" } }, required: ["n"] });
 * // { n: 1 }
 * ```
 */
export function generateExample(schema: JsonSchema): Json | undefined {
  return example(schema, {
    root: schema,
    path: new Set(["#"]),
    open: { parts: MAX_PARTS },
    variant: 0,
  });
}

function example(schema: Json | undefined, context: Context): Json | undefined {
  if (schema === false || context.open.parts-- <= 0) return undefined;
  const plain = isJsonObject(schema) ? schema : {};
  if (typeof plain.$ref === "string") return exampleOfReference(plain, plain.$ref, context);
  if (Array.isArray(plain.allOf)) return exampleOfAll(plain, plain.allOf, context);
  for (const keyword of ["anyOf", "oneOf"]) {
    const options = plain[keyword];
    if (Array.isArray(options))
      return exampleOfAny(withoutKeywords(plain, keyword), options, context);
  }
  if (plain.const !== undefined) return plain.const;
  if (Array.isArray(plain.enum)) return plain.enum[context.variant % plain.enum.length];
  for (const type of typesOf(plain)) {
    const value = exampleOfType(type, plain, context);
    if (value !== undefined) return value;
  }
  return undefined;
}

function exampleOfReference(
  schema: JsonObject,
  reference: string,
  context: Context,
): Json | undefined {
  if (context.path.has(reference)) return undefined;
  const target = referredSchema(context.root, reference);
  if (target === undefined) return undefined;
  const both = { allOf: [target, withoutKeywords(schema, "$ref")] };
  return example(both, { ...context, path: new Set([...context.path, reference]) });
}

function exampleOfAll(
  schema: JsonObject,
  parts: readonly Json[],
  context: Context,
): Json | undefined {
  let merged = withoutKeywords(schema, "allOf");
  const path = new Set(context.path);
  const open = [...parts];
  for (let part = open.shift(); part !== undefined; part = open.shift()) {
    if (part === false) return undefined;
    if (!isJsonObject(part)) continue;
    const reference = part.$ref;
    if (typeof reference === "string") {
      if (path.has(reference)) return undefined;
      path.add(reference);
      open.push(referredSchema(context.root, reference) ?? false, withoutKeywords(part, "$ref"));
    } else {
      merged = mergeSchemas(merged, part);
    }
  }
  return example(merged, { ...context, path });
}

function exampleOfAny(
  schema: JsonObject,
  options: readonly Json[],
  context: Context,
): Json | undefined {
  const rest = Object.keys(schema).length === 0 ? [] : [schema];
  for (let turn = 0; turn < options.length; turn++) {
    const option = options[(turn + context.variant) % options.length] ?? false;
    const value = example(rest.length === 0 ? option : { allOf: [...rest, option] }, context);
    if (value !== undefined) return value;
  }
  return undefined;
}

function exampleOfType(type: Json, schema: JsonObject, context: Context): Json | undefined {
  const { variant } = context;
  switch (type) {
    case "string":
      return exampleString(schema, variant);
    case "integer":
      return exampleNumber(schema, variant, true);
    case "number":
      return exampleNumber(schema, variant, false);
    case "boolean":
      return variant % 2 === 0;
    case "null":
      return null;
    case "array":
      return exampleArray(schema, context);
    case "object":
      return exampleObject(schema, context);
    default:
      return undefined;
  }
}

/** The types that are allowed; without any, the one that the other keywords speak of. */
function typesOf(schema: JsonObject): readonly Json[] {
  const { type } = schema;
  if (Array.isArray(type)) return type;
  if (type !== undefined) return [type];
  if (schema.properties ?? schema.required ?? schema.additionalProperties) {
    return ["object"];
  }
  if (schema.items ?? schema.prefixItems) return ["array"];
  const isNumber = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
  return isNumber.some((keyword) => keyword in schema) ? ["number"] : ["string"];
}

function exampleObject(schema: JsonObject, context: Context): Json | undefined {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const others = schema.additionalProperties ?? true;
  const fields = new Map<string, Json>();
  const add = (name: string): boolean => {
    const own = Object.hasOwn(properties, name) ? properties[name] : others;
    const value = example(own, context);
    if (value !== undefined) fields.set(name, value);
    return value !== undefined;
  };
  if (!required.every(add)) return undefined;
  const least = typeof schema.minProperties === "number" ? schema.minProperties : 0;
  for (const name of Object.keys(properties)) if (fields.size < least) add(name);
  for (let count = 1; fields.size < least; count++) {
    const name = nameOf(schema, count, context);
    if (fields.has(name) || !add(name)) return undefined;
  }
  return Object.fromEntries(fields);
}

/** A name for a property that nobody has named. */
function nameOf({ propertyNames }: JsonObject, count: number, context: Context): string {
  const name = isJsonObject(propertyNames)
    ? example(propertyNames, { ...context, variant: count - 1 })
    : undefined;
  return typeof name === "string" ? name : `key${count}`;
}

function exampleArray(schema: JsonObject, context: Context): Json | undefined {
  const least = typeof schema.minItems === "number" ? schema.minItems : 0;
  const most = typeof schema.maxItems === "number" ? schema.maxItems : undefined;
  // Before draft 2020-12 a list of items stood in their place.
  const list = schema.prefixItems ?? schema.items;
  const first = Array.isArray(list) ? list : [];
  const wanted = Math.min(Math.max(least, first.length, 1), most ?? Number.POSITIVE_INFINITY);
  const differ = schema.uniqueItems === true;
  const values = new Map<string, Json>();
  const tries = differ ? wanted * VARIANTS_PER_UNIQUE_ITEM : wanted;
  for (let turn = 0; turn < tries && values.size < wanted; turn++) {
    const item = first[values.size] ?? (Array.isArray(schema.items) ? {} : schema.items);
    const variant = context.variant + (differ ? turn : 0);
    const value = example(item, { ...context, variant });
    if (value === undefined) break;
    values.set(differ ? canonicalJson(value) : String(turn), value);
  }
  return values.size < least ? undefined : [...values.values()];
}
