import { messageOf } from "../../../errors/message-of.ts";
import type { Place } from "../../../errors/place.ts";
import { entriesOf, mapOf } from "../../../format/map.ts";
import {
  childField,
  type Field,
  fieldError,
  type Reader,
  wrongValue,
} from "../../../format/reader.ts";
import { anyJson, filledText } from "../../../format/scalars.ts";
import type { Schema } from "../../../functions/schema.ts";
import type { Json, JsonSchema } from "../../../model/json.ts";
import { isNothing, type Tree, treeToJson } from "../../../yaml/tree.ts";
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

/** The keys of a matcher; a map of only these is one, any other map is a value itself. */
const MATCHER = mapOf({
  equals: anyJson,
  contains: { expects: "a value or a list of values", read: readParts },
  matches: { expects: "a regular expression", read: readPattern },
  schema: { expects: "a JSON Schema", read: readSchema },
  jsonpath: { expects: "a map of JSONPaths", read: readPaths },
  fields: { expects: "a map of fields", read: (field: Field) => readFields(field, "partial") },
  not: { expects: EXPECTS, read: (field: Field) => readMatcher(field, "equal") },
});

export const MATCHER_KEYS: readonly string[] = Object.keys(MATCHER.keys);

/** A value that must be equal, or a matcher. */
export const valueMatcher: Reader<ValueMatcher> = {
  expects: EXPECTS,
  read: (field) => readMatcher(field, "equal"),
};

/** The same, where a map says what some of the fields are. */
export const partialMatcher: Reader<ValueMatcher> = {
  expects: EXPECTS,
  read: (field) => readMatcher(field, "partial"),
};

function readMatcher(field: Field, plainMap: PlainMap): ValueMatcher {
  const { tree } = field;
  if (tree.kind === "map" && tree.entries.size > 0) {
    const keys = [...tree.entries.keys()];
    if (keys.every((key) => MATCHER_KEYS.includes(key))) return readKeys(field);
    if (plainMap === "partial") return readFields(field, plainMap);
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

function readParts(field: Field): readonly Json[] {
  const { tree } = field;
  const parts: readonly Tree[] = tree.kind === "list" ? tree.items : [tree];
  if (parts.length === 0) throw fieldError(field, "must hold something and is empty");
  return parts.map((part) => treeToJson(part));
}

const WRITTEN_PATTERN = /^\/(.*)\/([imsu]*)$/s;

/** `/pattern/i`, or the pattern alone. */
function readPattern(field: Field): RegExp {
  const text = filledText.read(field);
  const [, source = text, flags = ""] = WRITTEN_PATTERN.exec(text) ?? [];
  try {
    return new RegExp(source, flags);
  } catch (error) {
    throw fieldError(field, `is no regular expression: ${messageOf(error)}`);
  }
}

function readSchema(field: Field): ValueMatcher {
  const jsonSchema = treeToJson(field.tree);
  if (field.tree.kind !== "map") throw wrongValue(field, "a JSON Schema");
  const schema = { jsonSchema: jsonSchema as Record<string, Json>, place: field.tree.place };
  return { kind: "schema", schema };
}

function readPaths(field: Field): readonly ValueMatcher[] {
  return [...entriesOf(field, "a map of JSONPaths")].map(([path, { value }]) => {
    const inner = childField(field, path, value);
    try {
      compilePath(path);
    } catch (error) {
      throw fieldError(inner, `is no JSONPath: ${messageOf(error)}`);
    }
    return { kind: "path", path, value: readMatcher(inner, "equal") };
  });
}

function readFields(field: Field, plainMap: PlainMap): ValueMatcher {
  const fields = new Map<string, ValueMatcher>();
  for (const [name, { value }] of entriesOf(field, "a map of fields")) {
    const inner = childField(field, name, value);
    const isNull = isNothing(value);
    fields.set(name, isNull ? { kind: "equals", value: null } : readMatcher(inner, plainMap));
  }
  return { kind: "fields", fields };
}
