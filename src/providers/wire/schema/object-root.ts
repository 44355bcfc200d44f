import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../../../model/json.ts";
import { mergeSchemas } from "../../../model/schema/schema-merge.ts";
import {
  mapSchemaParts,
  referredSchema,
  typesOfSchema,
  withoutKeywords,
} from "../../../model/schema/schema-parts.ts";
import { mergeVariants } from "./schema-variants.ts";

/** The property that holds an input that is not an object. */
export const WRAPPER = "value";

/** How a schema becomes one of an object, which all providers want for a tool's input. */
type ObjectRoot =
  /** It is one, with nothing beside it that providers refuse. */
  | { readonly kind: "as-it-is"; readonly schema: JsonSchema }
  /** It is one where a reference or a combination is written out; `left` is not in the schema. */
  | { readonly kind: "written-out"; readonly schema: JsonSchema; readonly left: JsonObject }
  /** It is one of several objects: one object has the properties of all. */
  | {
      readonly kind: "merged";
      readonly schema: JsonSchema;
      readonly variants: readonly JsonObject[];
    }
  /** It describes other values, too: the object has one property, {@link WRAPPER}, with the value. */
  | { readonly kind: "wrapped"; readonly schema: JsonSchema }
  /** No value at all fits it. */
  | { readonly kind: "nothing" };

/** Keywords beside which a root is not taken as an object's. */
const COMBINING = ["$ref", "allOf", "anyOf", "oneOf", "enum", "const", "not", "if"];

/** Keywords that a root may not have beside those of its object. */
const CONDITIONS = ["not", "if", "then", "else"];

/** More variants are not told one by one; the input is wrapped. */
const MAX_VARIANTS = 32;

/**
 * Whether a schema is one of objects, with nothing beside its keywords that OpenAI refuses at the
 * root, strict or not: "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/
 * 'not' at the top level". Source: docs/wire/schemas.md.
 */
export function isObjectSchema(schema: JsonSchema): boolean {
  return schema["type"] === "object" && !COMBINING.some((keyword) => schema[keyword] != null);
}

/** Says a schema as one of an object; the result accepts at least what the schema accepts. */
export function objectRoot(schema: JsonSchema): ObjectRoot {
  if (acceptsNothing(schema)) return { kind: "nothing" };
  const isObject = saysObject(schema) && !COMBINING.some((keyword) => schema[keyword] != null);
  if (isObject) {
    return { kind: "as-it-is", schema: schema["type"] === "object" ? schema : typed(schema) };
  }
  const anchored = anchorReferences(schema);
  const variants = variantsOf(withoutDefinitions(anchored), anchored, new Set());
  if (variants === undefined || variants.length > MAX_VARIANTS || variants.length === 0) {
    return { kind: "wrapped", schema: wrapSchema(schema, WRAPPER) };
  }
  const definitions = definitionsOf(anchored);
  const [only] = variants;
  if (only && variants.length === 1) {
    const kept = withoutKeywords(only, ...CONDITIONS);
    const left = Object.entries(only).filter(([keyword]) => CONDITIONS.includes(keyword));
    return {
      kind: "written-out",
      schema: { ...typed(kept), ...definitions },
      left: Object.fromEntries(left),
    };
  }
  const merged = mergeVariants(variants);
  const { title, description } = schema;
  return {
    kind: "merged",
    schema: {
      ...merged,
      ...(title === undefined ? {} : { title }),
      ...(description === undefined ? {} : { description }),
      ...definitions,
    },
    variants,
  };
}

/** Whether a schema is one of objects by its own keywords. */
function saysObject(schema: JsonObject): boolean {
  const types = typesOfSchema(schema);
  if (types.length > 0) return types.length === 1 && types[0] === "object";
  return ["properties", "required", "additionalProperties", "patternProperties"].some(
    (keyword) => schema[keyword] != null,
  );
}

/** An object with one property that holds what fits the schema. */
export function wrapSchema(schema: JsonSchema, property: string): JsonSchema {
  const anchored = anchorReferences(schema);
  return {
    type: "object",
    properties: { [property]: withoutDefinitions(anchored) },
    required: [property],
    additionalProperties: false,
    ...definitionsOf(anchored),
  };
}

/**
 * A schema that may get another root: references to the root, or to a part of it that is not a
 * definition, lead to a definition that holds the root as it was.
 */
export function anchorReferences(schema: JsonSchema): JsonSchema {
  let isAnchored = false;
  const { $defs } = schema;
  const taken = isJsonObject($defs) ? $defs : {};
  let name = "root";
  while (Object.hasOwn(taken, name)) name += "_";
  const rewrite = (part: Json): Json => {
    if (!isJsonObject(part)) return part;
    const next = mapSchemaParts(part, rewrite);
    const { $ref: reference } = next;
    if (typeof reference !== "string" || !/^#(?:\/(?!\$defs\/|definitions\/)|$)/.test(reference)) {
      return next;
    }
    isAnchored = true;
    return { ...next, $ref: `#/$defs/${name}${reference.slice(1)}` };
  };
  const rewritten = rewrite(schema);
  if (!isAnchored || !isJsonObject(rewritten)) return schema;
  const root = withoutDefinitions(rewritten);
  const definitions = isJsonObject(rewritten["$defs"]) ? rewritten["$defs"] : {};
  return { ...rewritten, $defs: { ...definitions, [name]: root } };
}

function typed(schema: JsonObject): JsonSchema {
  return { type: "object", ...withoutKeywords(schema, "type") };
}

function acceptsNothing(schema: JsonSchema): boolean {
  const { not, enum: values } = schema;
  const isNever = isJsonObject(not) && Object.keys(not).length === 0;
  return isNever || not === true || (Array.isArray(values) && values.length === 0);
}

function withoutDefinitions(schema: JsonSchema): JsonSchema {
  return withoutKeywords(schema, "$defs", "definitions");
}

function definitionsOf({ $defs, definitions }: JsonSchema): JsonObject {
  return {
    ...($defs === undefined ? {} : { $defs }),
    ...(definitions === undefined ? {} : { definitions }),
  };
}

/** Each object that a schema may be, without combinations; undefined where it may be no object. */
function variantsOf(
  node: Json | undefined,
  root: JsonSchema,
  following: ReadonlySet<string>,
): readonly JsonObject[] | undefined {
  if (!isJsonObject(node)) return undefined;
  const { allOf } = node;
  if (typeof node["$ref"] === "string") {
    const followed = new Set(following);
    return variantsOf(referred(node, root, followed), root, followed);
  }
  if (Array.isArray(allOf)) {
    let whole = withoutKeywords(node, "allOf");
    const followed = new Set(following);
    for (const part of allOf) {
      const target = referred(part, root, followed);
      if (!target) return undefined;
      whole = mergeAll(whole, target);
    }
    return variantsOf(whole, root, followed);
  }
  for (const keyword of ["anyOf", "oneOf"]) {
    const options = node[keyword];
    if (!Array.isArray(options)) continue;
    const base = withoutKeywords(node, keyword);
    const variants: JsonObject[] = [];
    for (const option of options) {
      const followed = new Set(following);
      const target = referred(option, root, followed);
      const found = target && variantsOf(mergeAll(base, target), root, followed);
      if (found === undefined || variants.length > MAX_VARIANTS) return undefined;
      variants.push(...found);
    }
    return variants;
  }
  const isPlain = ["enum", "const"].every((keyword) => node[keyword] === undefined);
  return isPlain && saysObject(node) ? [node] : undefined;
}

/** What a part is, with its references written out; undefined where they lead round in a circle. */
function referred(part: Json, root: JsonSchema, followed: Set<string>): JsonObject | undefined {
  let found = part;
  while (isJsonObject(found) && typeof found["$ref"] === "string") {
    const reference = found["$ref"];
    const target = referredSchema(root, reference);
    if (!isJsonObject(target) || followed.has(reference)) return undefined;
    followed.add(reference);
    found = mergeSchemas(withoutDefinitions(target), withoutKeywords(found, "$ref"));
  }
  return isJsonObject(found) ? found : undefined;
}

/** One schema for both, which accepts at least what fits both. */
function mergeAll(left: JsonObject, right: JsonObject): JsonObject {
  const merged = mergeSchemas(left, right);
  const { additionalProperties: one, patternProperties: these, if: condition } = left;
  const { additionalProperties: other, patternProperties: those } = right;
  const isConditional = condition !== undefined && right["if"] !== undefined;
  return {
    ...(isConditional ? withoutKeywords(merged, "if", "then", "else") : merged),
    ...(one === undefined || other === undefined
      ? {}
      : { additionalProperties: one !== false && other !== false }),
    ...(isJsonObject(these) && isJsonObject(those)
      ? { patternProperties: { ...these, ...those } }
      : {}),
  };
}
