import { isLlmDoError, type LlmDoError } from "../errors/llm-do-error.ts";
import { headState, keyOfState, nextState } from "../model/key.ts";
import type { Message } from "../model/message.ts";
import type { ModelRequest } from "../model/request.ts";
import type { CassetteFile } from "./cassette-file.ts";
import { decodeMessages, decodeParts, decodeRequest, type ReadBlob } from "./decode-entry.ts";
import { MalformedEntry } from "./malformed-entry.ts";
import { rewriteParts } from "./rewrite-request.ts";
import type { Rewrite } from "./rules.ts";
import type { EntrySlice } from "./scan.ts";

/** One exchange of a cassette with its whole request, or why there is none. */
export type Reconstructed =
  /** `edited`: the key is not that of the request. */
  | {
      readonly kind: "whole" | "edited";
      readonly slice: EntrySlice;
      readonly request: ModelRequest;
      /** The entry that it goes on from. */
      readonly parent: EntrySlice | undefined;
    }
  | { readonly kind: "damaged"; readonly slice: EntrySlice; readonly error: LlmDoError };

interface Known extends Candidate {
  readonly slice: EntrySlice;
  readonly answer: Message;
}

/** What a request may have been. */
interface Candidate {
  readonly request: ModelRequest;
  /** The last state of its chain. */
  readonly state: string;
  /** The entry that it would go on from. */
  readonly parent: EntrySlice | undefined;
}

/**
 * The whole requests of a cassette's exchanges, in recorded order: `after` stands for an earlier
 * request with its answer. Where that key has several answers, the one that makes the entry's key
 * fit is the one that was meant.
 *
 * @param rewrite what the project's rules do to a request; the file holds answers unlike that, with
 * all that is volatile in them
 */
export function reconstructRequests(
  file: CassetteFile,
  rewrite: Rewrite | undefined,
): readonly Reconstructed[] {
  const byKey = new Map<string, Known[]>();
  return file.slices
    .filter(({ kind }) => kind === "exchange")
    .map((slice) => {
      const entry = reconstruct(file, slice, { byKey, rewrite });
      if (entry.kind === "damaged") return entry;
      const { candidates, answer } = entry;
      const fitting = candidates.find(({ state }) => keyOfState(state) === slice.key);
      const candidate = fitting ?? candidates[0];
      const known = byKey.get(slice.key);
      if (known) known.push({ ...candidate, slice, answer });
      else byKey.set(slice.key, [{ ...candidate, slice, answer }]);
      const { request, parent } = candidate;
      return { kind: fitting ? "whole" : "edited", slice, request, parent };
    });
}

interface Found {
  readonly kind: "found";
  readonly candidates: readonly [Candidate, ...Candidate[]];
  readonly answer: Message;
}

interface Context {
  readonly byKey: ReadonlyMap<string, readonly Known[]>;
  readonly rewrite: Rewrite | undefined;
}

function reconstruct(
  file: CassetteFile,
  slice: EntrySlice,
  context: Context,
): Found | Extract<Reconstructed, { kind: "damaged" }> {
  try {
    return file.decode(slice, (read) => decodeWhole(file, slice, read, context));
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return { kind: "damaged", slice, error };
  }
}

function decodeWhole(
  file: CassetteFile,
  slice: EntrySlice,
  read: ReadBlob,
  { byKey, rewrite }: Context,
): Found {
  const fields = file.fields(slice);
  const parts = rewriteParts(decodeParts(fields["response"], read), rewrite);
  const answer: Message = { kind: "assistant", parts };
  const after = fields["after"];
  if (after === undefined) {
    const request = decodeRequest(fields, read);
    const state = request.messages.reduce(nextState, headState(request));
    return { kind: "found", candidates: [{ request, state, parent: undefined }], answer };
  }
  const continued = ({ slice: parent, request, state, answer: before }: Known): Candidate => {
    const messages = [before, ...decodeMessages(fields["messages"], read)];
    return {
      request: { ...request, messages: [...request.messages, ...messages] },
      state: messages.reduce(nextState, state),
      parent,
    };
  };
  const [first, ...others] = byKey.get(String(after)) ?? [];
  if (!first) {
    throw new MalformedEntry(`"after" names ${String(after)}, which no sound entry before it has`);
  }
  return {
    kind: "found",
    candidates: [continued(first), ...others.map(continued)],
    answer,
  };
}
