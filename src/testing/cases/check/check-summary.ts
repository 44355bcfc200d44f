import type { CassetteMode } from "../../../cassette/state/session-state.ts";
import type { Summary, Tally } from "../../../cassette/state/summary.ts";
import { counted } from "../../../words/counted.ts";
import type { Failure } from "../../run/failure.ts";

interface SummaryRules {
  readonly cassette: string;
  readonly mode: CassetteMode;
  readonly allowUnused: boolean;
  /** Answers that the case's judge was given, which prove nothing of its run. Default: none. */
  readonly judged?: number;
}

/** What a run's summary says against it, where it did what was expected. */
export function checkSummary(
  summary: Summary,
  { cassette, mode, allowUnused, judged = 0 }: SummaryRules,
): readonly Failure[] {
  const tallies = [
    summary.exchanges,
    summary.effects,
    ...(summary.decisions ? [summary.decisions] : []),
  ];
  const served = sum(tallies, "served");
  const unused = sum(tallies, "unused");
  const recorded = mode === "replay" ? 0 : summary.exchanges.live + summary.effects.live;
  if (served + recorded - judged === 0) return [vacuous(cassette)];
  return unused > 0 && !allowUnused ? [unusedFailure(summary, cassette)] : [];
}

function sum(tallies: readonly Readonly<Tally>[], field: keyof Tally): number {
  return tallies.reduce((total, tally) => total + tally[field], 0);
}

function vacuous(cassette: string): Failure {
  const message =
    `it proves nothing: the run asked for nothing that the cassette holds\n  at ${cassette}\n` +
    "Try: cassette: none, where the case is about code that asks no model";
  return { kind: "vacuous", message };
}

function unusedFailure(summary: Summary, cassette: string): Failure {
  const { exchanges, effects, decisions } = summary;
  const counts = [
    [exchanges.unused, "exchange"],
    [effects.unused, "effect"],
    [decisions?.unused ?? 0, "decision"],
  ] as const;
  const parts = counts.flatMap(([count, what]) => (count === 0 ? [] : [counted(count, what)]));
  const message =
    `the cassette holds what the run did not ask for: ${parts.join(", ")}\n  at ${cassette}\n` +
    `Try: remove them: llm-do cassette prune ${cassette}\n` +
    "Try: or tidy later: llm-do test --allow-unused";
  return { kind: "unused", message };
}
