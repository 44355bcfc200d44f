import type { Json, JsonObject } from "../model/json.ts";
import type { BlobContents } from "./blob-reference.ts";
import type { CassetteFile } from "./cassette-file.ts";
import { decodeParts } from "./decode-entry.ts";
import { blobsInto, encodeParts } from "./encode-entry.ts";
import type { EntryFields } from "./entry.ts";
import { rewriteParts } from "./rewrite-request.ts";
import type { Rewrite } from "./rules.ts";
import type { EntrySlice } from "./scan.ts";
import type { Origin } from "./tape.ts";

/** Entries of one cassette, each with the one that it goes on from. */
export interface Chain {
  readonly file: CassetteFile;
  readonly parents: ReadonlyMap<EntrySlice, EntrySlice>;
  /** What the project's rules do to a request. */
  readonly rewrite: Rewrite | undefined;
}

/**
 * The fields of an exchange that names no other: its whole request stands in it, in the words of the
 * file. Its key is the same.
 */
export function wholeRequest(
  slice: EntrySlice,
  { call, source }: Origin,
  chain: Chain,
): { readonly fields: EntryFields; readonly blobs: BlobContents } {
  const blobs = new Map<string, Uint8Array>();
  const messages: Json[] = [];
  let root = chain.file.fields(slice);
  const own = root;
  messages.push(...listOrNone(root["messages"]));
  for (let at = chain.parents.get(slice); at; at = chain.parents.get(at)) {
    root = chain.file.fields(at);
    messages.unshift(...listOrNone(root["messages"]), {
      assistant: saidAsSent(at, root, { chain, blobs }),
    });
  }
  const { model, system, tools, serverTools, settings, outputSchema } = root;
  const { exchange, sample, response, stop, stopDetail, usage, timing } = own;
  const head = { model, system, tools, serverTools, settings, outputSchema };
  const answer = { response, stop, stopDetail, usage, timing };
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

function listOrNone(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
