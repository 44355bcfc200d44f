import { messageOf } from "../../errors/message-of.ts";

/** A pattern that compiles with the flag `u`, or why there is none. */
type UnicodePattern =
  | { readonly pattern: string; readonly error?: undefined }
  | { readonly error: string };

/** One escape, or one character. */
const UNIT =
  /\\(?:u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[A-Za-z]|[pP]\{[^{}]*\}|k<[^<>]+>|[\s\S]|$)|[\s\S]/g;

/** Escapes that the flag `u` knows, in a class and outside. */
const KNOWN_ESCAPE = /^\\(?:[dDsSwWtnrvf0^$\\.*+?()[\]{}|/1-9bB]|[uxc].+|[pPk][{<].+)$/;

const CHARACTER_CLASS = /^\\(?:[dDsSwW]|[pP]\{.*\})$/;

const MOST_REASON_CHARACTERS = 100;

const QUANTIFIER = /^\{\d+(?:,\d*)?\}/;

/**
 * The same pattern for the flag `u`: `^[\w-.]+$` and `\_` are common, and compile without it only.
 * A pattern that compiles with the flag is returned as it is.
 */
export function unicodePattern(pattern: string): UnicodePattern {
  const plain = compileError(pattern, "u");
  if (plain === undefined) return { pattern };
  const error = compileError(pattern, "");
  if (error !== undefined) return { error };
  const rewritten = rewrite(pattern);
  return compileError(rewritten, "u") === undefined ? { pattern: rewritten } : { error: plain };
}

function compileError(pattern: string, flags: string): string | undefined {
  if (!pattern.isWellFormed()) return "it has half a surrogate pair";
  try {
    new RegExp(pattern, flags).test(""); // one that is too large fails only when it is used
    return undefined;
  } catch (error) {
    // "Invalid regular expression: /the whole pattern/u: the reason"
    return messageOf(error)
      .slice(-MOST_REASON_CHARACTERS)
      .replace(/^[\s\S]*\/[a-z]*: /, "");
  }
}

function rewrite(pattern: string): string {
  const units = [...pattern.matchAll(UNIT)].map(([unit]) => ({ unit }));
  let out = "";
  let isInClass = false;
  let at = 0;
  for (const [index, { unit }] of units.entries()) {
    const isQuantifier = !isInClass && QUANTIFIER.test(pattern.slice(at));
    const isQuantifierEnd = unit === "}" && /\{\d+(?:,\d*)?$/.test(pattern.slice(0, at));
    if (unit.startsWith("\\")) out += escapeFor(unit);
    else if (isInClass && unit === "-") out += beside(units, index) ? "\\-" : "-";
    else if (!isInClass && unit === "{") out += isQuantifier ? unit : "\\{";
    else if (!isInClass && unit === "}") out += isQuantifierEnd ? unit : "\\}";
    else if (!isInClass && unit === "]") out += "\\]";
    else out += unit;
    if (unit === "[") isInClass = true;
    else if (unit === "]") isInClass = false;
    at += unit.length;
  }
  return out;
}

/** Whether a hyphen stands beside a class such as `\w`, and is no range therefore. */
function beside(units: readonly { readonly unit: string }[], index: number): boolean {
  return [units[index - 1], units[index + 1]].some((one) => CHARACTER_CLASS.test(one?.unit ?? ""));
}

function escapeFor(unit: string): string {
  if (unit === "\\-") return "\\x2d";
  if (unit === "\\c") return "\\\\c"; // names no control character: stands for itself
  return KNOWN_ESCAPE.test(unit) ? unit : unit.slice(1);
}
