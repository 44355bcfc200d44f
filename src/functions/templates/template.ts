import { isJsonObject, type Json } from "../../model/json.ts";
import { chunked, shapeOfChunk } from "./chunks.ts";
import { PatternIndex } from "./text-pattern.ts";

/**
 * Gives the template of a text at a place of the values; undefined for a text that has none. The template
 * of a value, as JSON:
 *
 * - a text is its pattern
 * - an object is its keys, sorted, each with the template of its value
 * - a list is `["list", "2-3", ...]`: the class of its length, and each template of its items once
 * - others are `["null"]`, `["flag"]`, `["whole"]`, `["-whole"]`, `["decimal"]` or `["-decimal"]`
 */
type TemplateOfText = (text: string, place: string) => string | undefined;

/**
 * The template of a value as one line of JSON; undefined where one of its texts has none.
 *
 * @param place where the value stands: the keys that lead to it, each with a `/` in front
 */
export function templateOfValue(
  value: Json,
  templateOfText: TemplateOfText,
  place = "",
): string | undefined {
  if (typeof value === "string") {
    const template = templateOfText(value, place);
    return template === undefined ? undefined : JSON.stringify(template);
  }
  if (isJsonObject(value)) {
    const fields: string[] = [];
    for (const key of Object.keys(value).sort()) {
      const at = placeIn(place, key);
      const template = templateOfValue(value[key] ?? null, templateOfText, at);
      if (template === undefined) return undefined;
      fields.push(`${JSON.stringify(key)}:${template}`);
    }
    return `{${fields.join(",")}}`;
  }
  if (typeof value !== "object" || value === null) return `["${primitiveName(value)}"]`;
  const items = new Set<string>();
  for (const item of value) {
    const template = templateOfValue(item, templateOfText, placeIn(place, "[]"));
    if (template === undefined) return undefined;
    items.add(template);
  }
  return `[${['"list"', JSON.stringify(lengthClass(value.length)), ...[...items].sort()].join(",")}]`;
}

/** A key may hold a slash itself: two places with one name share their patterns, which is harmless. */
export function placeIn(place: string, key: string): string {
  return `${place}/${key}`;
}

function primitiveName(value: number | boolean | null): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return "flag";
  return `${value < 0 ? "-" : ""}${Number.isInteger(value) ? "whole" : "decimal"}`;
}

/** The class of a length, as a range that begins with a power of two: 0, 1, 2-3, 4-7, 8-15, ... */
export function lengthClass(length: number): string {
  if (length < 2) return String(length);
  const least = 2 ** Math.floor(Math.log2(length));
  return `${least}-${2 * least - 1}`;
}

/**
 * The shape of one value by itself, for naming it: its template with the shape of each chunk of a text.
 *
 * @example
 * shapeOfValue({ input: "Mon, 3 Aug 2026" }); // {"input":"Aa, 9 Aa 9999"}
 */
export function shapeOfValue(value: Json): string {
  return templateOfValue(value, shapeOfText) ?? "";
}

function shapeOfText(text: string): string {
  const { chunks, between } = chunked(text);
  return between.map((part, at) => part + shapeOfChunk(chunks[at] ?? "")).join("");
}

/** The patterns of texts, by the place at which they stand. */
export class Patterns {
  readonly #byPlace = new Map<string, PatternIndex>();

  at(place: string): PatternIndex {
    const known = this.#byPlace.get(place) ?? new PatternIndex();
    this.#byPlace.set(place, known);
    return known;
  }

  /** The template of a value, by these patterns. */
  readonly templateOf = (value: Json): string | undefined =>
    templateOfValue(value, (text, place) => this.#byPlace.get(place)?.find(text));
}
