import { type Json, type JsonObject, listIn } from "../../model/json.ts";
import type { BlobContents } from "../file/blob-reference.ts";
import type { CassetteFile } from "../file/cassette-file.ts";
import { decodeParts } from "../file/decode-entry.ts";
import { blobsInto, encodeParts, entryText } from "../file/encode-entry.ts";
import { type EntryFields, FIRST_LINES, headerLength } from "../file/format.ts";
import type { EntrySlice } from "../file/scan.ts";
import { writeYaml } from "../file/yaml/write-yaml.ts";
import { rewriteParts } from "../rules/rewrite-request.ts";
import type { Rewrite } from "../rules/rules.ts";
import { reconstructRequests } from "./reconstruct.ts";
import { type Origin, Tape, type TapeEntry } from "./tape.ts";

/** A cassette with fewer entries. */
interface PrunedText {
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

/** Entries of one cassette, each with the one that it goes on from. */
interface Chain {
  readonly file: CassetteFile;
  readonly parents: ReadonlyMap<EntrySlice, EntrySlice>;
  /** What the project's rules do to a request. */
  readonly rewrite: Rewrite | undefined;
}

/**
 * The fields of an exchange that names no other: its whole request stands in it, in the words of the
 * file. Its key is the same.
 */
function wholeRequest(
  slice: EntrySlice,
  { call, source }: Origin,
  chain: Chain,
): { readonly fields: EntryFields; readonly blobs: BlobContents } {
  const blobs = new Map<string, Uint8Array>();
  const messages: Json[] = [];
  let root = chain.file.fields(slice);
  const own = root;
  messages.push(...listIn(root["messages"]));
  for (let at = chain.parents.get(slice); at; at = chain.parents.get(at)) {
    root = chain.file.fields(at);
    messages.unshift(...listIn(root["messages"]), {
      assistant: saidAsSent(at, root, { chain, blobs }),
    });
  }
  const { model, system, tools, serverTools, settings, outputSchema } = root;
  const { exchange, sample, response, stop, stopDetail, answeredBy, usage, timing } = own;
  const head = { model, system, tools, serverTools, settings, outputSchema };
  const answer = { response, stop, stopDetail, answeredBy, usage, timing };
  return { fields: { exchange, sample, call, source, ...head, messages, ...answer }, blobs };
}

interface Context {
  readonly chain: Chain;
  readonly blobs: Map<string, Uint8Array>;
}

/** An answer as a later request carries it. */
function saidAsSent(slice: EntrySlice, fields: JsonObject, { chain, blobs }: Context): Json {
  const response = fields["response"] ?? [];
  const { file, rewrite } = chain;
  if (!rewrite) return response;
  const parts = file.decode(slice, (read) => decodeParts(response, read));
  return encodeParts(rewriteParts(parts, rewrite), blobsInto(blobs));
}
