import type { Host } from "../../host/host.ts";
import { BlobFolder } from "../file/blob-folder.ts";
import type { CassetteFile } from "../file/cassette-file.ts";
import { prunedText } from "../read/pruned-text.ts";
import { type RecordingPlace, recordingPlace, Tape } from "../read/tape.ts";
import { type CassetteRules, rewritesOf } from "../rules/rules.ts";
import { replaceCassette } from "./replace-cassette.ts";

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

interface PruneOptions {
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
      .map((entry) => recordingPlace(file, tape, entry)),
    kept: tape.entries.length - removed.size,
    blobs: removed.size === 0 ? [] : blobsLeftBy(file.path, made.text, host),
  };
  if (removed.size > 0 && !dryRun) {
    replaceCassette(file, { ...made, blobsLeft: pruned.blobs, verb: "prune" }, host);
  }
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
