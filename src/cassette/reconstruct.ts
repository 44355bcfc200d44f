import type { RequestKeyer } from "../model/key.ts";
import type { Message } from "../model/message.ts";
import type { ModelRequest } from "../model/request.ts";
import type { CassetteFile } from "./cassette-file.ts";
import { decodeMessages, decodeParts, decodeRequest, MalformedEntry } from "./decode-entry.ts";
import type { EntrySlice } from "./scan.ts";

export interface ReconstructedRequest {
  readonly slice: EntrySlice;
  readonly request: ModelRequest;
  /** Whether the entry's key is the key of its request; undefined without a keyer. */
  readonly fits: boolean;
}

interface Known extends ReconstructedRequest {
  readonly answer: Message;
}

/**
 * The whole requests of a cassette's exchanges, in recorded order: `after` stands for an earlier
 * request with its answer. Where that key has several answers, the one that makes the entry's key
 * fit is the one that was meant.
 *
 * @throws LlmDoError `cassette-damaged` for an entry that is malformed or refers to nothing
 */
export function reconstructRequests(
  file: CassetteFile,
  keyer: RequestKeyer,
): readonly ReconstructedRequest[] {
  const byKey = new Map<string, Known[]>();
  return file.slices
    .filter((slice) => slice.kind === "exchange")
    .map((slice) => {
      const known = reconstruct(file, slice, byKey, keyer);
      byKey.set(slice.key, [...(byKey.get(slice.key) ?? []), known]);
      return known;
    });
}

function reconstruct(
  file: CassetteFile,
  slice: EntrySlice,
  byKey: ReadonlyMap<string, readonly Known[]>,
  keyer: RequestKeyer,
): Known {
  try {
    const fields = file.fields(slice);
    const answer: Message = { kind: "assistant", parts: decodeParts(fields["response"]) };
    const after = fields["after"];
    const candidates =
      after === undefined
        ? [decodeRequest(fields)]
        : (byKey.get(String(after)) ?? [])
            .toReversed()
            .map((parent) => continued(parent, decodeMessages(fields["messages"])));
    const request = candidates.find((each) => keyer.key(each) === slice.key) ?? candidates[0];
    if (!request)
      throw new MalformedEntry(`"after" names ${String(after)}, which is not recorded before it`);
    return { slice, request, answer, fits: keyer.key(request) === slice.key };
  } catch (error) {
    if (!(error instanceof MalformedEntry)) throw error;
    throw file.damage(slice, `entry ${slice.key} is malformed: ${error.message}`, error);
  }
}

function continued(parent: Known, messages: readonly Message[]): ModelRequest {
  return {
    ...parent.request,
    messages: [...parent.request.messages, parent.answer, ...messages],
  };
}
