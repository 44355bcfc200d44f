import type { MatcherState, SyncMatcherResult } from "vitest";
import type { Summary } from "../../../cassette/state/summary.ts";
import { formatSummary } from "../../../cassette/state/summary-book.ts";
import { checkUsage } from "../../cases/check/check-expectations.ts";
import { checkSummary } from "../../cases/check/check-summary.ts";
import { checkCount, checkKeys, endedRunOf, type MatchedRun, Refusal } from "./matched-run.ts";
import type { ExpectedServings, ExpectedUsage } from "./matcher-types.ts";

export function toHaveServed(
  this: MatcherState,
  received: unknown,
  expected: ExpectedServings,
): SyncMatcherResult {
  const kinds = ["exchanges", "effects", "decisions"] as const;
  checkSaid(expected, kinds, "toHaveServed");
  const summary = summaryOf(endedRunOf(received, "toHaveServed"), "toHaveServed");
  const served = {
    exchanges: summary.exchanges.served,
    effects: summary.effects.served,
    decisions: summary.decisions?.served ?? 0,
  };
  const wrong = kinds.filter((kind) => (expected[kind] ?? served[kind]) !== served[kind]);
  const said = kinds.filter((kind) => expected[kind] !== undefined);
  const text = (of: ExpectedServings, names: typeof kinds | typeof said) =>
    names.map((kind) => `${of[kind]} ${kind}`).join(", ");
  return {
    pass: wrong.length === 0,
    message: () =>
      `expected the cassette ${this.isNot ? "not " : ""}to answer ${text(expected, said)}, and it answered ${text(served, kinds)}`,
  };
}

export function toBeReplayedWhole(this: MatcherState, received: unknown): SyncMatcherResult {
  const run = endedRunOf(received, "toBeReplayedWhole");
  const summary = summaryOf(run, "toBeReplayedWhole");
  const { path = "the cassette", mode = "replay" } = run.cassette ?? {};
  const [failure] = checkSummary(summary, { cassette: path, mode, allowUnused: false });
  return {
    pass: failure === undefined,
    message: () =>
      failure?.message ??
      `expected the cassette not to be used whole, and it was: ${formatSummary(summary)}`,
  };
}

export function toHaveUsedAtMost(
  this: MatcherState,
  received: unknown,
  expected: ExpectedUsage,
): SyncMatcherResult {
  checkSaid(expected, ["tokens", "usd", "requests", "calls"], "toHaveUsedAtMost");
  const run = endedRunOf(received, "toHaveUsedAtMost");
  const { tokens, usd, requests, calls } = expected;
  const bounds = { maxTokens: tokens, maxUsd: usd, maxRequests: requests, maxCalls: calls };
  const given = Object.entries(bounds).filter(([, most]) => most !== undefined);
  const failures = checkUsage(Object.fromEntries(given), run);
  return {
    pass: failures.length === 0,
    message: () =>
      failures.map(({ message }) => message).join("\n") ||
      "expected the run to use more than that, and it did not",
  };
}

/** @throws Refusal where nothing that is known is said, or no number is */
function checkSaid<Key extends string>(
  expected: { readonly [Name in Key]?: number },
  known: readonly Key[],
  matcher: string,
): void {
  checkKeys(expected, known, matcher);
  for (const key of known) checkCount(expected[key], `${key} of ${matcher}`);
  if (known.some((key) => expected[key] !== undefined)) return;
  throw new Refusal(`${matcher} says nothing to compare: give it one of ${known.join(", ")}`);
}

/** @throws Refusal for a run without a cassette: there is nothing that it could have taken from it */
function summaryOf({ summary }: MatchedRun, matcher: string): Summary {
  if (summary) return summary;
  throw new Refusal(`${matcher} looks at what a cassette answered, and the run has none`);
}
