import type { CassetteFile } from "../../cassette/file/cassette-file.ts";
import { isCallOf } from "../../cassette/miss/nearest-recording.ts";
import { type Reconstructed, reconstructRequests } from "../../cassette/read/reconstruct.ts";
import type { Rewrite } from "../../cassette/rules/rules.ts";

/** The exchanges of one call of a worker, in the order in which they ended. */
export interface Conversation {
  readonly callId: string;
  readonly source: string;
  readonly exchanges: readonly [Reconstructed, ...Reconstructed[]];
}

/** The conversations that a worker had, in a cassette of any number of runs and calls. */
export function conversationsOf(
  worker: string,
  file: CassetteFile,
  rewrite: Rewrite | undefined,
): readonly Conversation[] {
  const all: { callId: string; source: string; exchanges: [Reconstructed, ...Reconstructed[]] }[] =
    [];
  const latest = new Map<string, (typeof all)[number]>();
  for (const exchange of reconstructRequests(file, rewrite)) {
    const { slice } = exchange;
    const after = file.peek(slice, "after");
    let conversation = after === undefined ? undefined : latest.get(after);
    if (conversation) conversation.exchanges.push(exchange);
    else {
      const callId = file.peek(slice, "call") ?? "";
      const source = file.peek(slice, "source") ?? "live";
      conversation = { callId, source, exchanges: [exchange] };
      all.push(conversation);
    }
    latest.set(slice.key, conversation);
  }
  return all.filter(({ callId }) => isCallOf(callId, worker));
}
