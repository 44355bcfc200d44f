import { ENTRY_KINDS, type EntryKind, HEADER, SEPARATOR } from "./entry.ts";
import { isWholeEntry } from "./whole-entry.ts";

/** Where one entry stands in a cassette's text; nothing of it has been parsed. */
export interface EntrySlice {
  readonly kind: EntryKind;
  readonly key: string;
  /** Offsets of its document in the text, separators not included. */
  readonly start: number;
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

const FIRST_FIELD = new RegExp(`^(${ENTRY_KINDS.join("|")}): "?([^"\\s]+)"?$`);

/** Finds the entries of a cassette's text by its separators; a run parses only what it asks for. */
export function scan(text: string): Scan {
  const slices: EntrySlice[] = [];
  const limit = withoutTornSeparator(text);
  let at = nextSeparator(text, 0, limit);
  let wholeLength = at < limit || text === HEADER ? at : 0;
  while (at < limit) {
    const start = at + SEPARATOR.length;
    const end = nextSeparator(text, start, limit);
    if (end === limit && !isWholeEntry(text.slice(start, end))) break;
    slices.push(sliceAt(text, start, end));
    wholeLength = end;
    at = end;
  }
  return { slices, wholeLength };
}

/** Offset of the next line that is a separator, or the limit. */
function nextSeparator(text: string, from: number, limit: number): number {
  if (text.startsWith(SEPARATOR, from)) return from;
  const found = text.indexOf(`\n${SEPARATOR}`, from);
  return found < 0 ? limit : found + 1;
}

/** Length of the text less the beginning of a separator that a crash cut short. */
function withoutTornSeparator(text: string): number {
  const torn = /\n(-{1,3})$/.exec(text.slice(-SEPARATOR.length));
  return text.length - (torn?.[1]?.length ?? 0);
}

function sliceAt(text: string, start: number, end: number): EntrySlice {
  const lineEnd = text.indexOf("\n", start);
  const firstLine = text.slice(start, lineEnd < 0 ? end : lineEnd);
  const field = FIRST_FIELD.exec(firstLine);
  if (!field) throw new UnknownDocument(start, firstLine);
  return { kind: field[1] as EntryKind, key: field[2] ?? "", start, end };
}

/** The 1-based line of an offset. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}
