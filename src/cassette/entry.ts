import type { Answer } from "../model/answer.ts";
import type { Json } from "../model/json.ts";

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
