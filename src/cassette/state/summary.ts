import { addUsage, type Usage } from "../../model/usage.ts";

/** Counts of one kind of entry in one run. */
export interface Tally {
  /** Answered from the cassette. */
  served: number;
  /** Run for real, and recorded if the mode records. */
  live: number;
  /** Asked and not answered. */
  missed: number;
  /** Recorded and not asked for. */
  unused: number;
}

/** What a run took from its cassette, and what that saved. */
export interface Summary {
  readonly exchanges: Readonly<Tally>;
  readonly effects: Readonly<Tally>;
  /** Absent if no call needed a decision. */
  readonly decisions?: Readonly<Tally>;
  /** Tokens of the served answers that came from a model, as recorded. */
  readonly servedUsage: Usage;
  /** What these would have cost, in US dollars. Undefined if a model's price is unknown. */
  readonly servedUsd: number | undefined;
  /** How long these took when they were recorded, in milliseconds. */
  readonly servedMs: number;
  /** Served answers that came from a script. They have no part in tokens, cost and time. */
  readonly scripted: number;
}

/** What several runs took from their cassettes; undefined where there are none. */
export function sumSummaries(summaries: readonly Summary[]): Summary | undefined {
  const [first, ...rest] = summaries;
  return first && rest.reduce(sumOfTwo, first);
}

function sumOfTwo(left: Summary, right: Summary): Summary {
  const decisions = sumOfTallies(left.decisions, right.decisions);
  const isKnown = left.servedUsd !== undefined && right.servedUsd !== undefined;
  return {
    exchanges: sumOfTallies(left.exchanges, right.exchanges) ?? left.exchanges,
    effects: sumOfTallies(left.effects, right.effects) ?? left.effects,
    ...(decisions ? { decisions } : {}),
    servedUsage: addUsage(left.servedUsage, right.servedUsage),
    servedUsd: isKnown ? left.servedUsd + right.servedUsd : undefined,
    servedMs: left.servedMs + right.servedMs,
    scripted: left.scripted + right.scripted,
  };
}

function sumOfTallies(
  left: Readonly<Tally> | undefined,
  right: Readonly<Tally> | undefined,
): Readonly<Tally> | undefined {
  if (!left || !right) return left ?? right;
  return {
    served: left.served + right.served,
    live: left.live + right.live,
    missed: left.missed + right.missed,
    unused: left.unused + right.unused,
  };
}

/** Whether nothing was asked and nothing is left over. */
export function isEmptyTally({ served, live, missed, unused }: Readonly<Tally>): boolean {
  return served + live + missed + unused === 0;
}

/** As in `served 3, live 0, missed 0, unused 1`. */
export function formatTally({ served, live, missed, unused }: Readonly<Tally>): string {
  return `served ${served}, live ${live}, missed ${missed}, unused ${unused}`;
}
