import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../../../model/json.ts";
import { withoutKeywords } from "../../../model/schema/schema-parts.ts";

/** Longest name that providers take. */
const NAME_CHARACTERS = 64;

/** Names of properties as a provider takes them, by the names that the schema gives them. */
export type PropertyNames = ReadonlyMap<string, string>;

/** Other names for the properties at the root that a provider does not take. */
export function propertyNames(schema: JsonSchema, taken: RegExp | undefined): PropertyNames {
  const names = new Map<string, string>();
  if (taken === undefined) return names;
  const { properties, required } = schema;
  const own = new Set([
    ...(isJsonObject(properties) ? Object.keys(properties) : []),
    ...(Array.isArray(required) ? required.map(String) : []),
  ]);
  const used = new Set([...own].filter((name) => taken.test(name)));
  for (const name of own) {
    if (taken.test(name)) continue;
    const next = freeName(name, used);
    used.add(next);
    names.set(name, next);
  }
  return names;
}

/** A name from the characters that are taken: `$filter` becomes `filter`. */
function freeName(name: string, used: ReadonlySet<string>): string {
  const plain = name.replace(/[^a-zA-Z0-9_.-]+/g, "_").replace(/^_+|_+$/g, "") || "property";
  for (let count = 1; ; count++) {
    const suffix = count === 1 ? "" : `_${count}`;
    const next = plain.slice(0, NAME_CHARACTERS - suffix.length).replace(/_+$/, "") + suffix;
    if (![...used].some((other) => isSameButUnderscores(other, next))) return next;
  }
}

/** Underscores at the end keep properties apart that nobody has described, see {@link renamed}. */
function isSameButUnderscores(one: string, other: string): boolean {
  return one.replace(/_+$/, "") === other.replace(/_+$/, "");
}

/** A schema whose properties have other names; each is told its own. */
export function renameInSchema(schema: JsonSchema, names: PropertyNames): JsonSchema {
  if (names.size === 0) return schema;
  const { properties, required, dependentRequired } = schema;
  const rename = (name: Json): Json => names.get(String(name)) ?? name;
  const entries = Object.entries(isJsonObject(properties) ? properties : {});
  const { patternProperties, additionalProperties, propertyNames: _names } = schema;
  // A new name may fit other patterns than the old one did.
  const hasPatterns = patternProperties !== undefined;
  const rest = withoutKeywords(
    schema,
    "propertyNames",
    "dependentSchemas",
    ...(hasPatterns ? ["patternProperties", "additionalProperties"] : []),
  );
  return {
    ...rest,
    properties: Object.fromEntries(
      entries.map(([name, part]) => {
        const next = names.get(name);
        return next === undefined ? [name, part] : [next, toldName(part, name)];
      }),
    ),
    ...(Array.isArray(required) ? { required: required.map(rename) } : {}),
    ...(isJsonObject(dependentRequired)
      ? { dependentRequired: renameDependents(dependentRequired, rename) }
      : {}),
    ...(!hasPatterns && additionalProperties !== undefined ? { additionalProperties } : {}),
  };
}

function renameDependents(dependents: JsonObject, rename: (name: Json) => Json): JsonObject {
  return Object.fromEntries(
    Object.entries(dependents).map(([name, list]) => [
      String(rename(name)),
      Array.isArray(list) ? list.map(rename) : list,
    ]),
  );
}

function toldName(part: Json, name: string): Json {
  if (!isJsonObject(part)) return part === false ? part : { description: name };
  const { description } = part;
  const isDescribed = typeof description === "string" && description !== "";
  return { ...part, description: isDescribed ? `${name}: ${description}` : name };
}

/**
 * A value with its properties under other names. One that nobody has described and that has such a
 * name already gets an underscore, which goes away on the way back. A model may give one property
 * under both its names; then all stays as it was sent, since one of the two values would be lost.
 */
export function renamed(value: Json, names: PropertyNames, way: "there" | "back"): Json {
  if (names.size === 0 || !isJsonObject(value)) return value;
  const mapped = new Set(names.values());
  const backwards = new Map([...names].map(([name, next]) => [next, name]));
  const rename = (name: string): string => {
    const isMapped = mapped.has(name.replace(/_+$/, ""));
    if (way === "there") return names.get(name) ?? (isMapped ? `${name}_` : name);
    return backwards.get(name) ?? (isMapped ? name.slice(0, -1) : name);
  };
  const entries = Object.entries(value).map(([name, part]) => [rename(name), part] as const);
  const next = Object.fromEntries(entries);
  return Object.keys(next).length < entries.length ? value : next;
}
