import type { Answer } from "../../model/answer.ts";
import type { Json } from "../../model/json.ts";

/** The format that this version writes and reads. */
export const CASSETTE_VERSION = 1;

export const HEADER = `cassette: ${CASSETTE_VERSION}\n`;

/** What stands between two documents of the stream. */
export const SEPARATOR = "---\n";

/** Largest cassette: it is read into one text, in about a second. */
export const MOST_CASSETTE_BYTES = 128 * 1024 ** 2;

/** What an entry is of: its first field, whose value is the entry's key. */
export const ENTRY_KINDS = ["exchange", "effect", "decision"] as const;

export type EntryKind = (typeof ENTRY_KINDS)[number];

/** How long an answer took, in milliseconds: until its first event and until its end. */
export interface Timing {
  readonly firstMs: number;
  readonly totalMs: number;
}

/** An answer with what was measured when it was recorded. */
export interface RecordedAnswer extends Answer {
  readonly timing: Timing;
}

/** The fields of one entry, in the order in which they are written. */
export type EntryFields = Record<string, Json | undefined>;

/** Thrown for a field that is not what the format says; the caller adds the place. */
export class MalformedEntry extends Error {}

const BYTE_ORDER_MARK = "\ufeff";

/**
 * The text of a cassette without what editors and version control put into it: carriage returns at
 * the ends of lines and a byte order mark. The format itself writes neither.
 */
export function cassetteText(raw: string): string {
  const text = raw.startsWith(BYTE_ORDER_MARK) ? raw.slice(1) : raw;
  return text.includes("\r\n") ? text.replaceAll("\r\n", "\n") : text;
}

/** Length, in the raw text, of the first `length` characters of what {@link cassetteText} makes of it. */
export function rawLength(raw: string, length: number): number {
  let end = raw.startsWith(BYTE_ORDER_MARK) ? length + 1 : length;
  for (let at = raw.indexOf("\r\n"); at >= 0 && at < end; at = raw.indexOf("\r\n", at + 2)) end++;
  return end;
}

/** A line that separates two documents: dashes, and at most a comment behind them. */
interface SeparatorLine {
  /** Offset of its first dash. */
  readonly at: number;
  /** Offset of the line after it. */
  readonly end: number;
}

const SEPARATOR_LINE = /---[ \t]*(?:[ \t]#[^\n]*)?\n/y;

/** Finds the next separator at or behind an offset that begins a line; undefined when there is none. */
export function nextSeparator(text: string, from: number): SeparatorLine | undefined {
  const dashes = SEPARATOR.trimEnd();
  for (let at = from; at >= 0; at = text.indexOf(`\n${dashes}`, at) + 1 || -1) {
    SEPARATOR_LINE.lastIndex = at;
    if (SEPARATOR_LINE.test(text)) return { at, end: SEPARATOR_LINE.lastIndex };
  }
  return undefined;
}

const NOTHING = /(?:[ \t]*(?:#[^\n]*)?\n)*/y;

/** Offset of the first line, at or behind one that begins at `from`, that is not blank or a comment. */
export function skipNothing(text: string, from: number): number {
  NOTHING.lastIndex = from;
  NOTHING.test(text);
  return NOTHING.lastIndex;
}

/** Length of the header: where the separator of the first entry stands, or the end of the text. */
export function headerLength(text: string): number {
  const start = skipNothing(text, 0);
  const opening = nextSeparator(text, start);
  // A separator before the header says that a document begins, as many tools write it.
  const first = opening?.at === start ? nextSeparator(text, opening.end) : opening;
  return first?.at ?? text.length;
}

/** The lines that an entry begins with: its key, and what it goes on from. Its origin stands behind them. */
export const FIRST_LINES = /^\w+: .*\n(?:(?:after|sample): .*\n)*/;

/** The text without the blank lines and comments at its end. */
export function withoutNothingAtEnd(text: string): string {
  let end = text.length;
  while (end > 0) {
    const start = end < 2 ? 0 : text.lastIndexOf("\n", end - 2) + 1;
    const line = text.slice(start, end).trim();
    if (line !== "" && !line.startsWith("#")) break;
    end = start;
  }
  return text.slice(0, end);
}
