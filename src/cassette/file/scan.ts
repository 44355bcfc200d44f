import { isJsonObject } from "../../model/json.ts";
import {
  ENTRY_KINDS,
  type EntryKind,
  HEADER,
  headerLength,
  nextSeparator,
  SEPARATOR,
  skipNothing,
  withoutNothingAtEnd,
} from "./format.ts";
import { readEditedYaml } from "./yaml/read-edited-yaml.ts";
import { readOwnYaml } from "./yaml/read-yaml.ts";

/** Where one entry stands in a cassette's text; nothing of it has been parsed. */
export interface EntrySlice {
  readonly kind: EntryKind;
  readonly key: string;
  /** Offset of its separator. Comments may stand between that and the start. */
  readonly opens: number;
  /** Offset of its first field. */
  readonly start: number;
  /** Offset of the next separator, or the end of the text. */
  readonly end: number;
}

export interface Scan {
  readonly slices: readonly EntrySlice[];
  /** Length of the text that holds whole entries; what follows was torn off. */
  readonly wholeLength: number;
}

/** A document of the stream that is no entry. */
export class UnknownDocument extends Error {
  readonly offset: number;

  constructor(offset: number, firstLine: string) {
    super(
      `a document begins with ${JSON.stringify(firstLine)}, expected exchange, effect or decision`,
    );
    this.offset = offset;
  }
}

const FIRST_FIELD = new RegExp(`^(${ENTRY_KINDS.join("|")}): "?([^"\\s]+)"?[ \\t]*(?:[ \\t]#.*)?$`);

/** Finds the entries of a cassette's text by its separators; a run parses only what it asks for. */
export function scan(text: string): Scan {
  const slices: EntrySlice[] = [];
  const limit = withoutTornSeparator(text);
  const header = Math.min(headerLength(text), limit);
  let wholeLength = header < limit || isBareHeader(text) ? header : 0;
  let separator = nextSeparator(text, header);
  while (separator) {
    const { at: opens, end: begins } = separator;
    const next = nextSeparator(text, begins);
    const end = next?.at ?? limit;
    const start = skipNothing(text, begins);
    if (!next && !isWholeEntry(text.slice(begins, end))) break;
    // A document of comments only is nothing.
    if (start < end) slices.push(sliceAt(text, { opens, start, end }));
    wholeLength = end;
    separator = next;
  }
  return { slices, wholeLength };
}

/** Returns true for a cassette without entries; its last line break may have been lost. */
function isBareHeader(text: string): boolean {
  return text.trimEnd() === HEADER.trimEnd();
}

/** Length of the text less the beginning of a separator that a crash cut short. */
function withoutTornSeparator(text: string): number {
  const torn = /\n(-{1,3})$/.exec(text.slice(-SEPARATOR.length));
  return text.length - (torn?.[1]?.length ?? 0);
}

function sliceAt(
  text: string,
  place: { readonly opens: number; readonly start: number; readonly end: number },
): EntrySlice {
  const { start, end } = place;
  const lineEnd = text.indexOf("\n", start);
  const firstLine = text.slice(start, lineEnd < 0 ? end : lineEnd);
  const field = FIRST_FIELD.exec(firstLine);
  if (!field) throw new UnknownDocument(start, firstLine);
  return { kind: field[1] as EntryKind, key: field[2] ?? "", ...place };
}

/** The 1-based line of an offset. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

/**
 * The last line of an entry as this program writes it: only a whole entry ends with it. Its closing
 * brace says that it is whole; an editor may have taken the line break.
 */
const LAST_LINE = /\ntiming: \{[^\n]*\}[ \t]*\n?$/;

/** Characters that are sure to hold the last line. */
const LAST_LINE_CHARACTERS = 400;

/**
 * Whether the last document of a stream had ended when the file was last written. `timing` stands
 * last, so an entry that has all of it is whole; one that a person wrote in another style counts.
 */
function isWholeEntry(document: string): boolean {
  if (LAST_LINE.test(document.slice(-LAST_LINE_CHARACTERS))) return true;
  const text = withoutNothingAtEnd(document);
  if (LAST_LINE.test(text.slice(-LAST_LINE_CHARACTERS))) return true;
  try {
    const fields: unknown = readOwnYaml(text) ?? readEditedYaml(text);
    const timing = isJsonObject(fields) ? fields["timing"] : undefined;
    return isJsonObject(timing) && typeof timing["totalMs"] === "number";
  } catch {
    return false; // cut in the middle, or not YAML: either way nothing to replay
  }
}

/** Characters between two offsets whose lines are known. */
const BLOCK = 4096;

/** Tells lines of offsets, in any order, without counting from the beginning each time. */
export class LineIndex {
  readonly #text: string;
  /** Line breaks before each block, as far as was asked for. */
  readonly #before: number[] = [0];

  constructor(text: string) {
    this.#text = text;
  }

  /** The 1-based line of an offset. */
  lineAt(offset: number): number {
    const block = Math.floor(offset / BLOCK);
    for (let known = this.#before.length; known <= block; known++) {
      const breaks = this.#breaks((known - 1) * BLOCK, known * BLOCK);
      this.#before.push((this.#before[known - 1] ?? 0) + breaks);
    }
    return (this.#before[block] ?? 0) + this.#breaks(block * BLOCK, offset) + 1;
  }

  #breaks(from: number, to: number): number {
    return lineOf(this.#text.slice(from, to), to - from) - 1;
  }
}
