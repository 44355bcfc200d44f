import { LlmDoError } from "../errors/llm-do-error.ts";
import { messageOf } from "../errors/message-of.ts";
import type { Host } from "../host/host.ts";
import { BlobFolder } from "./blob-folder.ts";
import { CassetteFile } from "./cassette-file.ts";
import { lockCassette } from "./lock.ts";
import { type PrunedText, prunedText } from "./pruned-text.ts";
import { placeOf, type RecordingPlace } from "./recording-place.ts";
import { type CassetteRules, rewritesOf } from "./rules.ts";
import { Tape } from "./tape.ts";

/** What a cassette lost. */
export interface Pruned {
  readonly path: string;
  /** As they stood in the file before, further samples of a request among them. */
  readonly removed: readonly RecordingPlace[];
  /** How many entries are left. */
  readonly kept: number;
  /** Names of blobs that nothing names any more. */
  readonly blobs: readonly string[];
}

export interface PruneOptions {
  readonly host: Host;
  /** The project's. */
  readonly rules: CassetteRules;
  /** Whether further samples are recordings of their own, so that they go where they are named. */
  readonly draws?: boolean;
  /** Whether it is only to be said what would be removed. */
  readonly dryRun?: boolean;
}

/**
 * Removes entries from a cassette, in one step: whoever reads it sees the old or the new one, and
 * every key of what is left fits. Further samples of a request go with the last recording of it.
 *
 * @param file as it was when it was found out what to remove
 * @param places of entries in the file, from 0
 * @throws LlmDoError `cassette-refused` when another process writes it, or has written it since, or
 * it cannot be written
 */
export function pruneCassette(
  file: CassetteFile,
  places: readonly number[],
  { host, rules, draws = false, dryRun = false }: PruneOptions,
): Pruned {
  const tape = new Tape(file);
  const removed = draws ? new Set(places) : withSamples(tape, places);
  const made = prunedText(file, removed, rewritesOf(rules).request);
  const pruned = {
    path: file.path,
    removed: tape.entries
      .filter((_entry, index) => removed.has(index))
      .map((entry) => placeOf(file, tape, entry)),
    kept: tape.entries.length - removed.size,
    blobs: removed.size === 0 ? [] : blobsLeftBy(file.path, made.text, host),
  };
  if (removed.size > 0 && !dryRun) replace(file, made, pruned.blobs, host);
  return pruned;
}

/** The entries with the further samples of requests that none of them is left of. */
function withSamples({ entries }: Tape, places: readonly number[]): ReadonlySet<number> {
  const removed = new Set(places);
  const kept = entries.filter(({ sample }, index) => sample === 1 && !removed.has(index));
  const keys = new Set(kept.map(({ slice }) => slice.key));
  for (const [index, { slice, sample }] of entries.entries()) {
    if (sample > 1 && !keys.has(slice.key)) removed.add(index);
  }
  return removed;
}

/** Blobs that neither the new text names nor a recording that was not finished. */
function blobsLeftBy(path: string, text: string, { files }: Host): readonly string[] {
  const leftovers = [`${path}.recording`, `${path}.torn`].filter((other) => files.stat(other));
  const texts = [text, ...leftovers.map((other) => files.readText(other))];
  const names = new BlobFolder(path, files).list();
  return names.filter((name) => !texts.some((each) => each.includes(name)));
}

function replace(
  file: CassetteFile,
  { text, blobs }: PrunedText,
  blobsLeft: readonly string[],
  host: Host,
): void {
  const { path } = file;
  const { files } = host;
  const release = lockCassette(path, host);
  const next = `${path}.pruned`;
  try {
    if (CassetteFile.read(path, files).text !== file.text) throw wasWritten(path);
    const folder = new BlobFolder(path, files);
    for (const [name, bytes] of blobs) folder.write(name, bytes);
    files.write(next, text);
    files.rename(next, path);
    for (const name of blobsLeft) folder.remove(name);
  } catch (error) {
    throw error instanceof LlmDoError ? error : cannotWrite(path, error);
  } finally {
    files.remove(next);
    release();
  }
}

function wasWritten(path: string): LlmDoError {
  const reason = "another process recorded to it since it was read";
  return refused(path, reason, ["run again: what it recorded is there then"]);
}

function cannotWrite(path: string, cause: unknown): LlmDoError {
  const reason = `it cannot be written: ${messageOf(cause)}`;
  return refused(path, reason, ["free the disk; the cassette is unchanged"], cause);
}

function refused(
  what: string,
  reason: string,
  tries: readonly string[],
  cause?: unknown,
): LlmDoError {
  return new LlmDoError({ code: "cassette-refused", verb: "prune", what, reason, tries, cause });
}
