import { isJsonObject, type Json, type JsonObject, type JsonSchema, ownField } from "../json.ts";

const MAPS = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
const LISTS = ["anyOf", "oneOf", "allOf", "prefixItems", "items"];
const ONES = [
  "items",
  "additionalItems",
  "additionalProperties",
  "propertyNames",
  "contains",
  "not",
  "if",
  "then",
  "else",
  "unevaluatedItems",
  "unevaluatedProperties",
];

/** A schema within another one, with the steps that lead to it. */
type SchemaPart = readonly [path: readonly string[], part: Json];

/** The schemas directly within a schema, such as those of its properties. */
export function schemaParts(schema: JsonObject): readonly SchemaPart[] {
  const parts: SchemaPart[] = [];
  mapSchemaParts(schema, (part, path) => {
    parts.push([path, part]);
    return part;
  });
  return parts;
}

/** The same schema with its direct parts replaced; the very same object where none changes. */
export function mapSchemaParts(
  schema: JsonObject,
  map: (part: Json, path: readonly string[]) => Json,
): JsonObject {
  const changed = new Map<string, Json>();
  for (const keyword of MAPS) {
    const parts = schema[keyword];
    if (!isJsonObject(parts)) continue;
    const entries = Object.entries(parts).map(
      ([name, part]) => [name, map(part, [keyword, name])] as const,
    );
    if (entries.some(([name, part]) => part !== parts[name]))
      changed.set(keyword, Object.fromEntries(entries));
  }
  for (const keyword of LISTS) {
    const parts = schema[keyword];
    if (!Array.isArray(parts)) continue;
    const next = parts.map((part: Json, index) => map(part, [keyword, String(index)]));
    if (next.some((part, index) => part !== parts[index])) changed.set(keyword, next);
  }
  for (const keyword of ONES) {
    const part = schema[keyword];
    if (part === undefined || Array.isArray(part)) continue;
    const next = map(part, [keyword]);
    if (next !== part) changed.set(keyword, next);
  }
  if (changed.size === 0) return schema;
  const entries = Object.entries(schema);
  return Object.fromEntries(
    entries.map(([keyword, value]) => [keyword, changed.get(keyword) ?? value]),
  );
}

/** A schema without some of its keywords. */
export function withoutKeywords(schema: JsonObject, ...keywords: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword)),
  );
}

/** The types that a schema names; empty where it names none. */
export function typesOfSchema({ type }: JsonObject): readonly Json[] {
  if (type === undefined) return [];
  return Array.isArray(type) ? type : [type];
}

/** What a JSON Pointer within a schema leads to; undefined for any other reference. */
export function referredSchema(root: JsonSchema, reference: string): Json | undefined {
  if (reference !== "#" && !reference.startsWith("#/")) return undefined;
  let target: Json | undefined = root;
  for (const step of reference.split("/").slice(1)) {
    const key = decoded(step).replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(target)) target = target[Number(key)];
    else target = isJsonObject(target) ? ownField(target, key) : undefined;
  }
  return target;
}

/** A pointer in a reference is a part of a URL; a step that is not encoded so counts as written. */
function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
