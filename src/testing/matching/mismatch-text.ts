import type { Json } from "../../model/json.ts";
import type { Failure } from "../run/failure.ts";
import { shownJson } from "./match-value.ts";
import type { Mismatch } from "./value-matcher.ts";

/**
 * A mismatch for a person, and the two texts where they are worth comparing line by line.
 *
 * @param what that was looked at: `the output`
 */
export function mismatchText(
  what: string,
  { path, expected, found, equals }: Mismatch,
): Pick<Failure, "message" | "actual" | "expected"> {
  const where = path === "" ? what : `${what}, at ${path}`;
  const message = `${where}: expected ${expected}, found ${found === undefined ? "nothing" : shownJson(found)}`;
  if (found === undefined || equals === undefined) return { message };
  return { message, actual: comparedText(found), expected: comparedText(equals) };
}

function comparedText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
