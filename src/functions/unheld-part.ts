import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../model/json.ts";
import type { Path } from "../yaml/path.ts";

/** A part of a JSON Schema that values would not be held to. */
interface UnheldPart {
  /** Where it stands in the schema. */
  readonly path: Path;
  /** Completes "`the part` ...". */
  readonly reason: string;
  readonly hint: string;
}

/**
 * Keywords that `fromJSONSchema` of zod 4.6.7 refuses (`v4/classic/from-json-schema.js`), or passes
 * over as it does with the last five.
 */
const REFUSED: ReadonlySet<string> = new Set([
  "not",
  "if",
  "then",
  "else",
  "unevaluatedItems",
  "unevaluatedProperties",
  "dependentSchemas",
  "dependentRequired",
  "dependencies",
  "$dynamicRef",
  "$recursiveRef",
  "nullable",
  "contentSchema",
]);

const TYPES: readonly Json[] = "string number integer boolean null array object".split(" ");

/** What each keyword speaks of; zod passes over a keyword where no type is written beside it. */
const KEYWORD_TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    object:
      "properties required additionalProperties patternProperties propertyNames minProperties maxProperties",
    array: "items prefixItems additionalItems minItems maxItems uniqueItems contains",
    string: "minLength maxLength pattern format",
    number: "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf",
  }).flatMap(([type, keywords]) => keywords.split(" ").map((keyword) => [keyword, type] as const)),
);

const COMBINATIONS = ["anyOf", "oneOf", "allOf"] as const;
const VALUES = ["type", "enum", "const"] as const;

const ONE_SCHEMA = [
  "items",
  "additionalItems",
  "additionalProperties",
  "propertyNames",
  "contains",
];
const SCHEMA_LISTS = [...COMBINATIONS, "prefixItems", "items"];
const SCHEMA_MAPS = ["properties", "patternProperties", "$defs", "definitions"];

/**
 * The first part of a schema that zod would refuse, or pass over in silence, when it makes a checker
 * of it; undefined where values are held to the whole schema.
 */
export function unheldPart(schema: JsonSchema): UnheldPart | undefined {
  return look(schema, [], schema);
}

function look(schema: Json | undefined, path: Path, root: JsonSchema): UnheldPart | undefined {
  if (typeof schema === "boolean") return undefined;
  if (!isJsonObject(schema)) return { path, reason: "is no schema", hint: "write a map" };
  for (const check of [ofKeywords, ofValues, ofTypes, ofObject, ofReference, ofCombination]) {
    const found = check(schema, root);
    if (found) return { ...found, path: [...path, ...found.path] };
  }
  for (const [step, inner] of innerSchemas(schema)) {
    const found = look(inner, [...path, ...step], root);
    if (found) return found;
  }
  return undefined;
}

function ofKeywords(schema: JsonObject): UnheldPart | undefined {
  const refused = Object.keys(schema).find((keyword) => REFUSED.has(keyword));
  if (refused !== undefined) {
    const hint = "leave it out, or write the schema in code: schemas.ts#NAME";
    return { path: [refused], reason: "is not supported", hint };
  }
  if (schema.format !== "uri-reference") return undefined;
  return { path: ["format"], reason: "may not be uri-reference", hint: "leave it out" };
}

function ofValues(schema: JsonObject): UnheldPart | undefined {
  for (const keyword of ["const", "enum"]) {
    const value = schema[keyword];
    if (value === undefined) continue;
    const values = keyword === "enum" ? value : [value];
    if (Array.isArray(values) && values.every(isScalar)) continue;
    const reason = keyword === "enum" ? "must be a list of scalars" : "may not be a map or a list";
    return { path: [keyword], reason, hint: "describe it with properties or items" };
  }
  return undefined;
}

function ofTypes(schema: JsonObject): UnheldPart | undefined {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? "string"];
  if (!types.every((type) => TYPES.includes(type))) {
    return { path: ["type"], reason: "is unknown", hint: `use ${TYPES.join(", ")}` };
  }
  const isUntyped = VALUES.every((keyword) => schema[keyword] === undefined);
  const untyped = Object.keys(schema).find((keyword) => KEYWORD_TYPES.has(keyword));
  if (isUntyped && untyped !== undefined) {
    const hint = `write "type: ${KEYWORD_TYPES.get(untyped)}" beside it`;
    return { path: [untyped], reason: 'needs a "type" beside it', hint };
  }
  const count = ["minItems", "maxItems"].find((keyword) => schema[keyword] !== undefined);
  if (count === undefined || schema.items !== undefined || schema.prefixItems) return undefined;
  return { path: [count], reason: 'needs "items" beside it', hint: 'write "items: {}" beside it' };
}

function ofObject(schema: JsonObject): UnheldPart | undefined {
  const { required = [], properties = {} } = schema;
  const known = isJsonObject(properties) ? properties : {};
  if (!Array.isArray(required)) {
    return { path: ["required"], reason: "is no list", hint: "list the names of properties" };
  }
  const index = required.findIndex((name) => !Object.hasOwn(known, String(name)));
  if (index < 0) return undefined;
  const name = String(required[index]);
  const hint = `write "${name}: {}" under properties`;
  return { path: ["required", index], reason: `"${name}" is none of the properties`, hint };
}

/** What may stand beside `$ref` because it says nothing of values. */
const ANNOTATIONS: ReadonlySet<string> = new Set(
  "$ref $schema $id $comment $defs definitions title description default examples deprecated".split(
    " ",
  ),
);

function ofReference(schema: JsonObject, root: JsonSchema): UnheldPart | undefined {
  const { $ref: reference } = schema;
  if (reference === undefined) return undefined;
  const beside = Object.keys(schema).find((keyword) => !ANNOTATIONS.has(keyword));
  if (beside !== undefined) {
    const hint = 'write both as items of "allOf"';
    return { path: [beside], reason: 'is passed over beside "$ref"', hint };
  }
  if (reference === "#" || target(reference, root) !== undefined) return undefined;
  return { path: ["$ref"], reason: "leads nowhere", hint: 'write "#/$defs/NAME"' };
}

/** What zod finds: the root, or a definition of the root. */
function target(reference: Json, root: JsonSchema): Json | undefined {
  const [, keyword = "", name = ""] =
    /^#\/(\$defs|definitions)\/([^/]+)$/.exec(String(reference)) ?? [];
  const definitions = root.$defs === undefined || keyword === "$defs" ? root[keyword] : undefined;
  const key = name.replaceAll("~1", "/").replaceAll("~0", "~");
  return isJsonObject(definitions) && Object.hasOwn(definitions, key)
    ? definitions[key]
    : undefined;
}

function ofCombination(schema: JsonObject, root: JsonSchema): UnheldPart | undefined {
  const [first, second] = COMBINATIONS.filter((keyword) => schema[keyword] !== undefined);
  if (first === undefined) return undefined;
  if (second !== undefined) {
    const hint = 'write both as items of "allOf"';
    return { path: [second], reason: `is passed over beside "${first}"`, hint };
  }
  const parts = schema[first];
  if (!Array.isArray(parts) || parts.length === 0) {
    return { path: [first], reason: "must be a list of schemas", hint: "list the schemas" };
  }
  const hasBase = VALUES.some((keyword) => schema[keyword] !== undefined);
  const isJoined = hasBase || (first === "allOf" && parts.length > 1);
  // Of joined schemas zod lets every key pass that one of them allows.
  if (!isJoined || ![schema, ...parts].some((part) => isClosed(part, root))) return undefined;
  return {
    path: [first],
    reason: 'does not go with "additionalProperties: false"',
    hint: "write it as one object, or as an anyOf of whole, closed objects with nothing beside it",
  };
}

function isClosed(part: Json, root: JsonSchema): boolean {
  const { $ref: reference } = isJsonObject(part) ? part : {};
  const found = reference === undefined ? part : target(reference, root);
  return isJsonObject(found) && found.additionalProperties === false;
}

function* innerSchemas(schema: JsonObject): Generator<readonly [Path, Json | undefined]> {
  for (const keyword of ONE_SCHEMA) {
    const inner = schema[keyword];
    if (inner !== undefined && !Array.isArray(inner)) yield [[keyword], inner];
  }
  for (const keyword of SCHEMA_LISTS) {
    const list = schema[keyword];
    if (Array.isArray(list)) for (const [at, inner] of list.entries()) yield [[keyword, at], inner];
    else if (list !== undefined && keyword !== "items") yield [[keyword], undefined];
  }
  for (const keyword of SCHEMA_MAPS) {
    const map = schema[keyword];
    if (isJsonObject(map)) {
      for (const [name, inner] of Object.entries(map)) yield [[keyword, name], inner];
    } else if (map !== undefined) yield [[keyword], undefined];
  }
}

function isScalar(value: Json): boolean {
  return typeof value !== "object" || value === null;
}
