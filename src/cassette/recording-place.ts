import type { CassetteFile } from "./cassette-file.ts";
import type { EntryKind } from "./entry.ts";
import type { Tape, TapeEntry } from "./tape.ts";

/** An entry of a cassette, as findings name it. */
export interface RecordingPlace {
  readonly kind: EntryKind;
  readonly key: string;
  /** The id of the call that it was recorded in. */
  readonly call: string;
  /** 1, or which further sample it is. */
  readonly sample: number;
  /** Its place among the entries of the file, from 0. */
  readonly index: number;
  /** From 1. */
  readonly line: number;
}

export function recordingPlace(file: CassetteFile, tape: Tape, entry: TapeEntry): RecordingPlace {
  const { kind, key, start } = entry.slice;
  const index = tape.entries.indexOf(entry);
  const { call, sample } = entry;
  return { kind, key, call, sample, index, line: file.lineAt(start) };
}
