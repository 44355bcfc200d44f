import type { Json, JsonObject } from "../../model/json.ts";

/**
 * The shape of an input: what kinds of values it is made of, without the values. Two inputs with the
 * same shape are alike to a parser.
 *
 * - null, true and false are `null` and `flag`
 * - a number is `whole` or `decimal`, with `-` in front where it is below 0
 * - a text is its skeleton in quotes; see `textSkeleton`
 * - a list is its length class and the shapes of its items, each once and sorted: `[2-3: whole]`
 * - an object is its keys, sorted, each with the shape of its value: `{"to":"a@a.a"}`
 *
 * @example
 * shapeOf({ input: "Mon, 3 Aug 2026", tags: [1, 2] }); // {"input":"Aa, 9 Aa 9999","tags":[2-3: whole]}
 */
export function shapeOf(value: Json): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return "flag";
  if (typeof value === "number") return shapeOfNumber(value);
  if (typeof value === "string") return JSON.stringify(textSkeleton(value));
  if (isList(value)) return shapeOfList(value);
  return shapeOfObject(value as JsonObject); // what is left of Json
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function shapeOfNumber(value: number): string {
  return `${value < 0 ? "-" : ""}${Number.isInteger(value) ? "whole" : "decimal"}`;
}

function shapeOfList(items: readonly Json[]): string {
  const shapes = [...new Set(items.map(shapeOf))].sort();
  const length = lengthClass(items.length);
  return shapes.length === 0 ? `[${length}]` : `[${length}: ${shapes.join(" | ")}]`;
}

function shapeOfObject(fields: JsonObject): string {
  const shapes = Object.keys(fields)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${shapeOf(fields[key] ?? null)}`);
  return `{${shapes.join(",")}}`;
}

/** Characters of a text that its skeleton is made from: enough to tell texts apart that people wrote. */
const READ_CHARS = 256;

/** Digits that are counted: years and two-digit days differ, long numbers are just long. */
export const COUNTED_DIGITS = 4;

/**
 * What follows one another in a text: upper case, lower case, digits, white space, a letter without
 * case or a mark on one, or any other character as often as it stands there.
 */
const RUN = /\p{Lu}+|\p{Ll}+|\p{Nd}+|\s+|[\p{L}\p{M}]+|(.)\1*/gsu;

/**
 * The skeleton of a text: each run of characters of one class as one sign.
 *
 * - letters: `A` for upper case, `a` for lower case, `x` for letters without case and marks
 * - digits: one `9` each up to four, `9+` for more
 * - white space: a space, or a line end where it holds one
 * - any other character: itself, twice where it stands more than once in a row
 *
 * Of a text with more than 256 characters these are read, and `…` with a length class follows: 256-511,
 * 512-1023 and so on. Long texts that people wrote are thus nearly all of a shape of their own, as they
 * should be: no guard can tell from the shape of such a text that it will fare like another.
 *
 * @example
 * textSkeleton("Ada Lovelace <ada@example.org>"); // Aa Aa <a@a.a>
 */
export function textSkeleton(text: string): string {
  const skeleton = text.slice(0, READ_CHARS).replace(RUN, signOf);
  return text.length > READ_CHARS ? `${skeleton}…${lengthClass(text.length)}` : skeleton;
}

/** The runs of a text, in order: joined they are the text. */
export function runsOf(text: string): readonly string[] {
  return text.match(RUN) ?? [];
}

function signOf(run: string): string {
  if (/^\p{Lu}/u.test(run)) return "A";
  if (/^\p{Ll}/u.test(run)) return "a";
  if (/^\p{Nd}/u.test(run)) return signOfDigits([...run].length);
  if (/^\s/.test(run)) return /[\n\r]/.test(run) ? "\n" : " ";
  if (/^[\p{L}\p{M}]/u.test(run)) return "x";
  const [character = ""] = run;
  return run === character ? character : character.repeat(2);
}

function signOfDigits(count: number): string {
  return count > COUNTED_DIGITS ? "9+" : "9".repeat(count);
}

/** The class of a length, as a range that begins with a power of two: 0, 1, 2-3, 4-7, 8-15, ... */
export function lengthClass(length: number): string {
  if (length < 2) return String(length);
  const least = 2 ** Math.floor(Math.log2(length));
  return `${least}-${2 * least - 1}`;
}
