import type { Json } from "../../../model/json.ts";

/**
 * Most levels of lists and maps in a value that is written: replaying walks through values in more
 * than one way, and the stack of each way must suffice.
 */
export const MOST_LEVELS = 2_000;

/** Thrown for a value that could be written and not be read back; `message` says why. */
export class Unwritable extends Error {}

/** How a value begins that is JSON up to the end of its line; flow collections begin otherwise. */
export const JSON_LINES = ['{"', "[ "] as const;

/**
 * A list or map as JSON on one line, which is YAML, too, and is read at any depth.
 *
 * @throws Unwritable when it has more than {@link MOST_LEVELS} levels
 */
export function jsonLine(value: Json): string {
  if (isDeeperThan(value, MOST_LEVELS)) {
    throw new Unwritable(`it is nested more than ${MOST_LEVELS} levels deep`);
  }
  const json = jsonText(value);
  return Array.isArray(value) ? `[ ${json.slice(1)}` : json;
}

/** Looks at one level after the other, so that any depth can be asked for. */
function isDeeperThan(value: Json, levels: number): boolean {
  let level: readonly Json[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((one) =>
      typeof one === "object" && one !== null ? (Object.values(one) as Json[]) : [],
    );
  }
  return false;
}

/** Printable to JSON, but not to YAML, or a line break to an older reader. */
const JSON_ONLY = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** JSON that any reader of YAML takes for the same. */
export function jsonText(value: Json): string {
  return JSON.stringify(value).replace(
    JSON_ONLY,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
