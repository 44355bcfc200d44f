/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** A JSON Schema document, draft 2020-12 unless it says otherwise. */
export type JsonSchema = JsonObject;

/** Whether a value is a JSON object: neither null, an array, nor a scalar. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field of an object that came from outside: inherited ones, as `constructor`, do not count. */
export function ownField<Value>(
  fields: Readonly<Record<string, Value>>,
  name: string,
): Value | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** The value that a text is as JSON; undefined where it is not JSON. */
export function tryParseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json; // what was parsed is JSON
  } catch {
    return undefined;
  }
}

/** A whole text that is one fenced block, which may hold fences itself. */
const ONE_FENCE = /^```(?:json)?[ \t]*\r?\n([\s\S]*?)\r?\n?```$/i;

/** The JSON of a text that is JSON, or one fenced block, with white space around it or none. */
export function bareJson(text: string): string {
  const trimmed = text.trim();
  return ONE_FENCE.exec(trimmed)?.[1] ?? trimmed;
}

/** The JSON value that a whole text says, alone or in its one fenced block. */
export function wholeJson(text: string): Json | undefined {
  return tryParseJson(bareJson(text));
}

/** The value that a text is as JSON; the text itself where it is not JSON. */
export function jsonOrText(text: string): Json {
  const value = tryParseJson(text);
  return value === undefined ? text : value;
}

/** The items of a value that is a list; none of another value. */
export function listIn(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** A value on one line: a text as it is, any other value as JSON. */
export function textOrJson(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A value to be read: a text as it is, any other value as JSON over several lines. */
export function readableJson(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/**
 * What a value is after it was written as JSON and read again: a `Date` is a text, nothing is `null`,
 * and so are functions. A property that may be undefined may be absent.
 */
export type AsJson<Value> = unknown extends Value
  ? Json
  : Value extends Json
    ? Value
    : Value extends undefined | ((...given: never) => unknown) | symbol
      ? null
      : Value extends { toJSON(...given: never): infer Written }
        ? AsJson<Written>
        : Value extends object
          ? { [Key in keyof Value]: Value[Key] extends infer Field ? AsField<Field> : never }
          : VoidAsNull<Value>;

type AsField<Field> = Field extends undefined ? undefined : AsJson<Field>;

/** A function that gives nothing gives `null`. */
// biome-ignore lint/suspicious/noConfusingVoidType: that is what such a function's type says
type VoidAsNull<Value> = [Value] extends [undefined | void] ? null : never;

/** The JSON values of a library that does not say `readonly`. */
type MutableJson =
  | null
  | boolean
  | number
  | string
  | MutableJson[]
  | { [key: string]: MutableJson };

/**
 * A type whose values nobody changes: it takes what is written with `as const`, in which texts are
 * themselves and lists are tuples.
 */
export type Frozen<Value> = [MutableJson] extends [Value] ? Value | Json : FrozenPart<Value>;

type FrozenPart<Value> = Value extends (...given: never) => unknown
  ? Value
  : Value extends object
    ? { readonly [Key in keyof Value]: Frozen<Value[Key]> }
    : Value;

/** The type that a value has where nobody says `as const`: any text, lists of any length. */
export type Widened<Value> = [MutableJson] extends [Value] ? Value : WidenedPart<Value>;

type WidenedPart<Value> = Value extends string
  ? string
  : Value extends number
    ? number
    : Value extends boolean
      ? boolean
      : Value extends (...given: never) => unknown
        ? Value
        : Value extends readonly (infer Item)[]
          ? readonly Widened<Item>[]
          : Value extends object
            ? { -readonly [Key in keyof Value]: Widened<Value[Key]> }
            : Value;

/** The text of a field; empty where it holds none. */
export function textField(object: JsonObject, name: string): string {
  const value = object[name];
  return typeof value === "string" ? value : "";
}
