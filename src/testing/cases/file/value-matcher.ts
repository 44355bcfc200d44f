import { messageOf } from "../../../errors/message-of.ts";
import type { Place } from "../../../errors/place.ts";
import { about, byKind, converted, listOf, recordOf } from "../../../format/combine.ts";
import { mapOf } from "../../../format/map.ts";
import {
  childField,
  type Field,
  type Format,
  fieldError,
  type SharedSchemas,
  wrongValue,
} from "../../../format/reader.ts";
import { anyJson, filledText, scalar } from "../../../format/scalars.ts";
import type { Schema } from "../../../functions/schema.ts";
import type { Json, JsonObject, JsonSchema } from "../../../model/json.ts";
import { nearest } from "../../../words/nearest.ts";
import { treeToJson } from "../../../yaml/tree.ts";
import { compilePath } from "./json-path.ts";

/** What a value must be like. */
export type ValueMatcher =
  | { readonly kind: "equals"; readonly value: Json }
  /** Text with each of these in it, or a list with each of these among its items. */
  | { readonly kind: "contains"; readonly parts: readonly Json[] }
  /** Text in which the pattern finds something. */
  | { readonly kind: "matches"; readonly pattern: RegExp }
  /** What a schema takes: of TypeScript, or a JSON Schema that somebody wrote. */
  | { readonly kind: "schema"; readonly schema: Schema | WrittenSchema }
  /**
   * What a JSONPath (RFC 9535) finds: the value itself for a path that can find only one, else the
   * list of what it finds.
   */
  | { readonly kind: "path"; readonly path: string; readonly value: ValueMatcher }
  /** An object with these fields; others may be there. */
  | { readonly kind: "fields"; readonly fields: ReadonlyMap<string, ValueMatcher> }
  | { readonly kind: "not"; readonly value: ValueMatcher }
  | { readonly kind: "all"; readonly of: readonly ValueMatcher[] };

/** A JSON Schema as it stands in a file. */
export interface WrittenSchema {
  readonly jsonSchema: JsonSchema;
  readonly place: Place;
}

/** Where a value is not what it must be. */
export interface Mismatch {
  /** `` for the value itself, else as in `items[0].name`. */
  readonly path: string;
  /** What was expected, in words: `text with "Ada" in it`. */
  readonly expected: string;
  readonly found: Json | undefined;
  /** The value that it must equal, where it is about one. */
  readonly equals?: Json;
}

/** What a map without the keys of a matcher stands for. */
type PlainMap = "equal" | "partial";

const EXPECTS = "a value, or a map of equals, contains, matches, schema, jsonpath, fields, not";

/** A value that must be equal, or a matcher. */
export const valueMatcher: Format<ValueMatcher> = matcherOf("matcher", "equal");

/** The same, where a map says what some of the fields are. */
export const partialMatcher: Format<ValueMatcher> = matcherOf("partial_matcher", "partial");

const anyScalar: Format<Json> = scalar(
  "a value",
  { type: ["string", "number", "boolean"] },
  ({ value }) => value ?? undefined,
);

/** The keys of a matcher; a map of only these is one, any other map is a value itself. */
export const MATCHER = mapOf({
  equals: about("the same JSON value, whatever the order of keys", anyJson),
  contains: about(
    "a text that has each of these in it, or a list that has each as an item",
    byKind<readonly Json[]>("a value or a list of values", {
      scalar: converted(anyScalar, (part) => [part]),
      map: converted(objectOf("a map"), (part) => [part]),
      list: listOf(anyJson, { expects: "a list of values", least: 1 }),
    }),
  ),
  matches: about(
    "a text in which the regular expression finds something: `^Hello`, or `/hello/i`",
    converted(filledText, compilePattern, "a regular expression"),
  ),
  schema: about(
    "what the JSON Schema takes",
    converted(objectOf("a JSON Schema"), (jsonSchema, { tree }): ValueMatcher => {
      return { kind: "schema", schema: { jsonSchema, place: tree.place } };
    }),
  ),
  jsonpath: about(
    "for each JSONPath (RFC 9535), what it finds: the value of a path to one place, else the list of all found",
    converted(
      recordOf(valueMatcher, { expects: "a map of JSONPaths", readsNull: true }),
      pathMatchers,
    ),
  ),
  fields: about(
    "an object whose fields fit; others may be there",
    converted(
      recordOf(partialMatcher, { expects: "a map of fields", readsNull: true }),
      (fields): ValueMatcher => ({ kind: "fields", fields }),
    ),
  ),
  not: about("whatever the matcher in it does not fit", valueMatcher),
});

const MATCHER_KEYS: readonly string[] = Object.keys(MATCHER.keys);

/**
 * Whether a map with these keys is read as a matcher and not as a value. One that has a matcher's
 * keys and others that come close to them counts, so that the misspelt ones are errors.
 */
export function isMatcher(keys: readonly string[]): boolean {
  const others = keys.filter((key) => !MATCHER_KEYS.includes(key));
  if (others.length === 0) return keys.length > 0;
  if (others.length === keys.length) return false;
  const absent = MATCHER_KEYS.filter((key) => !keys.includes(key));
  return others.every((key) => nearest(key, absent) !== undefined);
}

function matcherOf(name: string, plainMap: PlainMap): Format<ValueMatcher> {
  const schema = (shared: SharedSchemas): JsonSchema => ({
    if: { type: "object", propertyNames: { enum: [...MATCHER_KEYS] } },
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
    then: MATCHER.schema(shared),
    ...(plainMap === "equal"
      ? {}
      : { else: { additionalProperties: partialMatcher.schema(shared) } }),
  });
  const whole: Format<Field> = {
    expects: EXPECTS,
    read: (field) => field,
    schema: (shared) => shared.refer(name, () => schema(shared)),
  };
  return converted(whole, (field) => readMatcher(field, plainMap));
}

function readMatcher(field: Field, plainMap: PlainMap): ValueMatcher {
  const { tree } = field;
  if (tree.kind === "map" && tree.entries.size > 0) {
    if (isMatcher([...tree.entries.keys()])) return readKeys(field);
    if (plainMap === "partial") {
      const fields = recordOf(partialMatcher, { expects: EXPECTS, readsNull: true });
      return { kind: "fields", fields: fields.read(field) };
    }
  }
  return { kind: "equals", value: treeToJson(tree) };
}

function readKeys(field: Field): ValueMatcher {
  const read = MATCHER.read(field);
  const { contains, matches, schema, jsonpath, fields, not } = read;
  const of: ValueMatcher[] = [];
  const equals = equalsOf(field);
  if (equals !== undefined) of.push({ kind: "equals", value: equals });
  if (contains !== undefined) of.push({ kind: "contains", parts: contains });
  if (matches !== undefined) of.push({ kind: "matches", pattern: matches });
  if (schema !== undefined) of.push(schema);
  if (jsonpath !== undefined) of.push(...jsonpath);
  if (fields !== undefined) of.push(fields);
  if (not !== undefined) of.push({ kind: "not", value: not });
  const [only] = of;
  return only && of.length === 1 ? only : { kind: "all", of };
}

/** The value of `equals`, which may be null. */
function equalsOf({ tree }: Field): Json | undefined {
  const entry = tree.kind === "map" ? tree.entries.get("equals") : undefined;
  return entry && treeToJson(entry.value);
}

/** Any map, as JSON. */
function objectOf(expects: string): Format<JsonObject> {
  const read = (field: Field): JsonObject => {
    if (field.tree.kind !== "map") throw wrongValue(field, expects);
    return treeToJson(field.tree) as JsonObject; // a map's JSON is an object
  };
  return { expects, read, schema: () => ({ type: "object" }) };
}

const WRITTEN_PATTERN = /^\/(.*)\/([imsu]*)$/s;

/** `/pattern/i`, or the pattern alone. */
function compilePattern(text: string, field: Field): RegExp {
  const [, source = text, flags = ""] = WRITTEN_PATTERN.exec(text) ?? [];
  try {
    return new RegExp(source, flags);
  } catch (error) {
    throw fieldError(field, `is no regular expression: ${messageOf(error)}`);
  }
}

function pathMatchers(
  paths: ReadonlyMap<string, ValueMatcher>,
  field: Field,
): readonly ValueMatcher[] {
  return [...paths].map(([path, value]) => {
    try {
      compilePath(path);
    } catch (error) {
      const entry = field.tree.kind === "map" ? field.tree.entries.get(path) : undefined;
      const inner = childField(field, path, entry?.value ?? field.tree);
      throw fieldError(inner, `is no JSONPath: ${messageOf(error)}`);
    }
    return { kind: "path", path, value };
  });
}
