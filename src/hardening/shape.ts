import type { Json, JsonObject } from "../model/json.ts";
import { lengthClass } from "./length-class.ts";
import { textSkeleton } from "./text-skeleton.ts";

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
