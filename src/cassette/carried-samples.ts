import type { BlobContents } from "./blob-reference.ts";
import { CassetteFile } from "./cassette-file.ts";
import type { CopiedEntry } from "./copied-entry.ts";
import { prunedText } from "./pruned-text.ts";
import type { SessionState } from "./session-state.ts";

/** Entries that go on from the old cassette to the new one though nothing asked for them. */
export interface CarriedSamples {
  readonly entries: readonly CopiedEntry[];
  readonly blobs: BlobContents;
}

/**
 * The further samples of requests that the new cassette still holds. A run that does not draw from
 * them leaves them where they were: behind its own entries.
 *
 * @param written the new cassette, as far as it is written
 */
export function carriedSamples(
  { file, tape, rewrites, options }: SessionState,
  written: CassetteFile,
): CarriedSamples {
  if (!file) return NOTHING;
  const keys = new Set(written.slices.map(({ key }) => key));
  const isCarried = ({ sample, slice, served }: (typeof tape.entries)[number]) =>
    sample > 1 && !served && keys.has(slice.key);
  if (!tape.entries.some(isCarried)) return NOTHING;
  const others = tape.entries.flatMap((entry, index) => (isCarried(entry) ? [] : [index]));
  const { text, blobs } = prunedText(file, new Set(others), rewrites.request);
  const carried = CassetteFile.ofText(options.path, text, options.host.files);
  const entries = carried.slices.map((slice) => ({
    fields: carried.fields(slice),
    text: carried.text.slice(slice.start, slice.end),
  }));
  return { entries, blobs };
}

const NOTHING: CarriedSamples = { entries: [], blobs: new Map() };
