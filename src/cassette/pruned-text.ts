import type { BlobContents } from "./blob-reference.ts";
import type { CassetteFile } from "./cassette-file.ts";
import { FIRST_LINES, headerLength } from "./cassette-text.ts";
import { entryText } from "./encode-entry.ts";
import type { EntryFields } from "./entry.ts";
import { reconstructRequests } from "./reconstruct.ts";
import type { Rewrite } from "./rules.ts";
import { type Origin, Tape, type TapeEntry } from "./tape.ts";
import { type Chain, wholeRequest } from "./whole-request.ts";
import { writeYaml } from "./yaml/write-yaml.ts";

/** A cassette with fewer entries. */
export interface PrunedText {
  readonly text: string;
  /** Binary content that the text may name and the old one did not. */
  readonly blobs: BlobContents;
}

/**
 * The text of a cassette without some of its entries. The others stand as they stood, but for those
 * that went on from one that is gone, or had their call or source from it: they say it themselves.
 * Every key fits as it did.
 *
 * @param removed places of entries in the file, from 0
 * @param rewrite what the project's rules do to a request
 */
export function prunedText(
  file: CassetteFile,
  removed: ReadonlySet<number>,
  rewrite: Rewrite | undefined,
): PrunedText {
  const chain = chainOf(file, rewrite);
  const kept = new Tape(file).entries.filter((_entry, index) => !removed.has(index));
  const slices = new Set(kept.map(({ slice }) => slice));
  const latest = new Map<string, Origin>();
  const blobs = new Map<string, Uint8Array>();
  const texts = kept.map((entry) => {
    const { slice } = entry;
    const parent = chain.parents.get(slice);
    const inherited = latest.get(file.peek(slice, "after") ?? "");
    latest.set(slice.key, entry);
    const opening = file.text.slice(slice.opens, slice.start);
    if (!parent || slices.has(parent)) return opening + withOrigin(file, entry, inherited);
    const whole = wholeRequest(slice, entry, chain);
    for (const [name, bytes] of whole.blobs) blobs.set(name, bytes);
    return opening + entryText(whole.fields);
  });
  const header = file.text.slice(0, headerLength(file.text));
  return { text: [header, ...texts].join(""), blobs };
}

function chainOf(file: CassetteFile, rewrite: Rewrite | undefined): Chain {
  const parents: Chain["parents"] = new Map(
    reconstructRequests(file, rewrite).flatMap((found) =>
      found.kind === "damaged" || !found.parent ? [] : [[found.slice, found.parent]],
    ),
  );
  return { file, parents, rewrite };
}

/** An entry's own text, with its call and source in it where what it inherits is no longer that. */
function withOrigin(file: CassetteFile, entry: TapeEntry, inherited: Origin | undefined): string {
  const { slice, call, source } = entry;
  const text = file.text.slice(slice.start, slice.end);
  const missing: EntryFields = {
    call: (file.peek(slice, "call") ?? inherited?.call ?? "") === call ? undefined : call,
    source:
      (file.peek(slice, "source") ?? inherited?.source ?? "live") === source ? undefined : source,
  };
  return text.replace(FIRST_LINES, (lines) => lines + writeYaml(missing));
}
