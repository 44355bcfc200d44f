import type { Rewrites } from "../../cassette/rules/rules.ts";
import { answerEvents } from "../../model/answer.ts";
import { canonicalJson } from "../../model/canonical.ts";
import { DEFAULT_RETRY_POLICY } from "../../providers/retry.ts";
import type { CaseRun } from "../run/case-run.ts";
import type { LoggedExchange } from "../run/exchange-log.ts";
import type { Fault } from "./fault.ts";

/** Whether a run with these faults must come to the same as one without. */
export function areHarmless(
  faults: readonly Fault[],
  exchanges: readonly LoggedExchange[],
): boolean {
  return faults.every((fault) => {
    if (fault.kind === "split" || fault.kind === "reordered") return true;
    return fault.kind === "overloaded" && isRetried(fault, exchanges);
  });
}

/** A provider is asked again as long as no call had ended before it broke off. */
function isRetried(
  { at, events, times }: Extract<Fault, { kind: "overloaded" }>,
  exchanges: readonly LoggedExchange[],
): boolean {
  const exchange = exchanges.find(
    ({ callId, number }) => callId === at.callId && number === at.number,
  );
  if (!exchange || times > DEFAULT_RETRY_POLICY.maxRetries) return false;
  const before = [...answerEvents(exchange.answer)].slice(0, events);
  return !before.some((event) => event.kind === "part" && event.part.kind === "tool-call");
}

/** All that a run came to, as one text that is the same for equal runs. */
export function resultOf(run: CaseRun, { request }: Pick<Rewrites, "request">): string {
  const calls = run.calls.map(({ function: name, input, output = null, isError }) =>
    canonicalJson({ name, input, output, isError }),
  );
  const { output = null, exitCode, error } = run;
  const text = canonicalJson({
    output,
    exitCode,
    error: error?.message ?? null,
    // Which of several calls came first is not what they came to.
    calls: calls.sort(),
  });
  return request ? request(text) : text;
}
