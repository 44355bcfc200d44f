import type { PromptRecordings } from "../recordings/prompt-recordings.ts";
import type { RecordedCall } from "../recordings/recorded-call.ts";
import type { DayFigures, LogFigures } from "./log-figures.ts";
import type { SavedSoFar } from "./monitored-function.ts";

/** What both sides have on record, as far as it could be read. */
export interface RecordedSides {
  readonly recorded?: PromptRecordings | undefined;
  /** Of a worker in a tool's place; undefined for a tool. */
  readonly candidateCalls?: readonly RecordedCall[] | undefined;
}

/** What code has saved, net of checks and of what a worker in its place costs. */
export function savedSoFar(
  { calls, checks }: LogFigures,
  {
    recorded,
    candidateCalls,
    monthlyCalls,
  }: RecordedSides & { readonly monthlyCalls: number | undefined },
): SavedSoFar {
  const { answeredByCode, code, fallbacks, undrawn } = calls;
  const prices = {
    usdPerCall: averageUsd(recorded?.calls ?? []),
    candidateUsdPerCall: candidateCalls ? averageUsd(candidateCalls) : 0,
  };
  const usd = netUsd(prices, { answeredByCode, code, checks });
  const all = code + fallbacks + undrawn;
  const each = usd === undefined || all === 0 ? undefined : usd / all;
  const monthly =
    monthlyCalls === undefined
      ? undefined
      : { calls: monthlyCalls, usd: each === undefined ? undefined : each * monthlyCalls };
  return { calls: answeredByCode, checks, ...prices, usd, monthly };
}

/** US dollars that are saved; undefined where a price is unknown. A shadow pays for what it tries, too. */
export function netUsd(
  { usdPerCall, candidateUsdPerCall }: Pick<SavedSoFar, "usdPerCall" | "candidateUsdPerCall">,
  { answeredByCode, code, checks }: Pick<DayFigures, "answeredByCode" | "code" | "checks">,
): number | undefined {
  if (usdPerCall === undefined || candidateUsdPerCall === undefined) return undefined;
  return (answeredByCode - checks) * usdPerCall - code * candidateUsdPerCall;
}

function averageUsd(calls: readonly RecordedCall[]): number | undefined {
  const prices = calls.flatMap(({ usd, source }) =>
    usd === undefined || source === "script" ? [] : [usd],
  );
  return prices.length === 0
    ? undefined
    : prices.reduce((sum, usd) => sum + usd, 0) / prices.length;
}
