import type { Json } from "../../model/json.ts";

/** The value that a text is as JSON; undefined where it is none. */
export function jsonIn(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A count that a server may leave out, or null. */
export function countIn(value: Json | undefined): number {
  return typeof value === "number" ? value : 0;
}
