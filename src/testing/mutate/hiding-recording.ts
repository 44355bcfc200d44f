import { RequestRewriter } from "../../cassette/rules/rewrite-request.ts";
import type { Rewrites } from "../../cassette/rules/rules.ts";
import type { CassetteSession, FoundRecording } from "../../cassette/session/session.ts";
import { RequestKeyer } from "../../model/key.ts";
import type { ObservedCase } from "../cases/run/observed-case.ts";
import type { LoggedExchange } from "../run/exchange-log.ts";

/**
 * The recording that answered a request although it is not the request that the case makes;
 * undefined where all that was asked was the same.
 */
export function hidingRecording(
  { exchanges, rewrites }: ObservedCase,
  asked: readonly LoggedExchange[],
  session: CassetteSession,
): FoundRecording | undefined {
  const before = keysOf(exchanges, rewrites);
  const after = keysOf(asked, session.rewrites);
  const other = asked.find((exchange) => {
    const turn = turnOf(exchange);
    return before.get(turn) !== after.get(turn);
  });
  return other && session.recordingOf(other.request, other.callId);
}

/** The recording of the answer that a worker's call gave in the end; undefined for code. */
export function givingRecording(
  callId: string | undefined,
  asked: readonly LoggedExchange[],
  session: CassetteSession,
): FoundRecording | undefined {
  const last = asked.findLast((exchange) => exchange.callId === callId);
  return last && session.recordingOf(last.request, last.callId);
}

/** The keys that requests would have without `volatile` rules, by whose turn they were. */
function keysOf(exchanges: readonly LoggedExchange[], { redact, restore }: Rewrites) {
  const rewriter = new RequestRewriter({ request: redact, redact, restore });
  const keyer = new RequestKeyer();
  return new Map(
    exchanges.map((exchange) => [turnOf(exchange), keyer.key(rewriter.request(exchange.request))]),
  );
}

function turnOf({ callId, number }: LoggedExchange): string {
  return `${callId} ${number}`;
}
