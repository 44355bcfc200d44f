import { bareJson, type Json, tryParseJson } from "../../model/json.ts";

/** A text or a number of JSON, in a text that is JSON. */
const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/**
 * The JSON value that a text says, alone or in one fenced block; undefined for what is not a text, is
 * not JSON, or has a number that JavaScript would round: two that differ must not become one.
 *
 * @example
 * jsonIn('{"total": 12.50}'); // { total: 12.5 }
 */
export function jsonIn(text: Json | undefined): Json | undefined {
  if (typeof text !== "string") return undefined;
  const bare = bareJson(text);
  const value = tryParseJson(bare);
  if (value === undefined) return undefined;
  for (const [token] of bare.matchAll(TEXT_OR_NUMBER)) {
    if (!token.startsWith('"') && !isHeld(token)) return undefined;
  }
  return value;
}

/** Whether a decimal number stays the same when JavaScript reads and writes it. */
function isHeld(decimal: string): boolean {
  return inOneForm(decimal) === inOneForm(String(Number(decimal)));
}

/** A decimal number without its sign as digits and a power of ten, the same for all ways to write it. */
function inOneForm(decimal: string): string {
  const [mantissa = "", power = "0"] = decimal.replace(/^-/, "").toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  const exponent = Number(power) - fraction.length + digits.length - significant.length;
  return `${significant}e${exponent}`;
}
