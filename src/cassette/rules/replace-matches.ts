import { tryParseJson } from "../../model/json.ts";
/** A pattern with the flag `g` and what stands for each of its matches. */
export interface Replacing {
  readonly pattern: RegExp;
  readonly replacement: string;
}

/** A stretch of text. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The text with its matches replaced; what stands for a match is left alone. */
export function replaceMatches(
  text: string,
  { pattern, replacement }: Replacing,
  placeholders: readonly string[],
): string {
  let out = "";
  let from = 0;
  for (const { start, end } of matchesIn(text, pattern, placeholders)) {
    out += text.slice(from, start) + replacement;
    from = end;
  }
  return from === 0 ? text : out + text.slice(from);
}

/** Where a pattern finds something that is not within a placeholder. */
export function matchesIn(
  text: string,
  pattern: RegExp,
  placeholders: readonly string[],
): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const { 0: match, index: start } of text.matchAll(pattern)) {
    const end = start + match.length;
    if (match === "" || isPlaceholder(text, { start, end }, placeholders)) continue;
    found.push({ start, end });
  }
  return found;
}

/** Whether a stretch of text lies wholly within a placeholder. */
function isPlaceholder(
  text: string,
  { start, end }: Stretch,
  placeholders: readonly string[],
): boolean {
  return placeholders.some((placeholder) => {
    for (let at = Math.max(0, end - placeholder.length); at <= start; at++) {
      if (text.startsWith(placeholder, at)) return true;
    }
    return false;
  });
}

/** A text as a pattern that matches it and nothing else. */
export function escapedForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** One text or number of a JSON text, where it stands in it. */
export interface JsonToken extends Stretch {
  readonly kind: "key" | "string" | "number";
}

/** What becomes of the tokens of a JSON text. */
interface TokenRewrites {
  readonly key: (text: string) => string;
  readonly string: (text: string) => string;
  /** @param written as it stands in the text, such as `1.0` */
  readonly number: (written: string) => string;
}

/** How a text begins and ends that may be JSON; most others are told apart without a parser. */
const SCALAR = /^[ \t\r\n]*(?:-?\d[\d.eE+-]*|true|false|null)[ \t\r\n]*$/;
const OPENED = /^[ \t\r\n]*([[{"])/;
const PAIRS: Readonly<Record<string, string>> = { "[": "]", "{": "}", '"': '"' };

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const COLON = /[ \t\r\n]*:/y;

/** Returns true for a text that is JSON as a whole. */
export function isJsonText(text: string): boolean {
  return mayBeJson(text) && tryParseJson(text) !== undefined;
}

function mayBeJson(text: string): boolean {
  const opened = OPENED.exec(text)?.[1];
  if (opened === undefined) return SCALAR.test(text);
  return text.trimEnd().endsWith(PAIRS[opened] ?? "");
}

/** The texts and numbers of a text that is JSON. */
export function jsonTokens(text: string): readonly JsonToken[] {
  return Array.from(text.matchAll(TOKEN), ({ 0: written, index: start }) => {
    const end = start + written.length;
    if (!written.startsWith('"')) return { kind: "number", start, end };
    COLON.lastIndex = end;
    return { kind: COLON.test(text) ? "key" : "string", start, end };
  });
}

/** A JSON text with its tokens rewritten, in place: what is not changed stands as it stood. */
export function rewriteTokens(text: string, rewrites: TokenRewrites): string {
  let out = "";
  let from = 0;
  for (const { kind, start, end } of jsonTokens(text)) {
    const written = text.slice(start, end);
    const made = rewriteToken(written, kind, rewrites);
    if (made === written) continue;
    out += text.slice(from, start) + made;
    from = end;
  }
  return from === 0 ? text : out + text.slice(from);
}

function rewriteToken(written: string, kind: JsonToken["kind"], rewrites: TokenRewrites): string {
  if (kind === "number") return rewrites.number(written);
  const before = JSON.parse(written) as string; // a JSON text in quotes
  const after = rewrites[kind](before);
  return after === before ? written : JSON.stringify(after);
}
