import { DEFAULT_ALPHA } from "../../certificate/verdict.ts";
import { lowerBound } from "../../statistics/clopper-pearson.ts";
import { verdictOf } from "../cases/check/judgement.ts";
import { type PairedVerdict, type PassCount, pairedVerdict } from "../verdict/paired-verdict.ts";
import type { ModelCase, ModelRun } from "./run-models.ts";

/** What the cases of one model come to. */
export interface ModelFigures {
  readonly model: string;
  /** Runs of the cases that say something of the model. */
  readonly count: PassCount;
  /** With 95 % confidence at least this share of such runs passes; undefined without any. */
  readonly lower: number | undefined;
  /** Of all these runs, in US dollars, without judges; undefined when a price is unknown. */
  readonly usd: number | undefined;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the model's answers, in rising order, in milliseconds. */
  readonly latenciesMs: readonly number[];
  readonly scripted: number;
  /** What judges of its answers took, in US dollars; undefined when a price is unknown. */
  readonly judgeUsd: number | undefined;
  /** How many of its answers judges pass. */
  readonly judged: PassCount;
  /** Why the word of judges does not count, each reason once; empty where it does. */
  readonly advisory: readonly string[];
  /** How many cases are in each state. */
  readonly states: Readonly<Record<ModelCase["state"], number>>;
}

export function figuresOf({ model, cases }: ModelRun): ModelFigures {
  const counted = cases.filter(isCounted);
  const passed = sum(counted.map(({ count }) => count.passed));
  const runs = sum(counted.map(({ count }) => count.runs));
  const judgements = counted.flatMap((each) => each.judgements);
  return {
    model,
    count: { passed, runs },
    lower: runs === 0 ? undefined : lowerBound({ agreed: passed, n: runs }, DEFAULT_ALPHA),
    usd: money(counted.map(({ usd }) => usd)),
    inputTokens: sum(
      counted.map(({ usage }) => {
        const { inputTokens, cacheReadTokens = 0, cacheWriteTokens = 0 } = usage;
        return inputTokens + cacheReadTokens + cacheWriteTokens;
      }),
    ),
    outputTokens: sum(counted.map(({ usage }) => usage.outputTokens)),
    latenciesMs: counted.flatMap((each) => each.latenciesMs).toSorted((a, b) => a - b),
    scripted: sum(counted.map(({ scripted }) => scripted)),
    judgeUsd: money(judgements.map(({ usd }) => usd)),
    judged: {
      passed: judgements.filter((one) => verdictOf(one) === "pass").length,
      runs: judgements.length,
    },
    advisory: [...new Set(judgements.flatMap(({ advisory }) => advisory ?? []))],
    states: {
      passed: stateCount(cases, "passed"),
      failed: stateCount(cases, "failed"),
      unrecorded: stateCount(cases, "unrecorded"),
      stale: stateCount(cases, "stale"),
      incompatible: stateCount(cases, "incompatible"),
    },
  };
}

/** Whether a case says something of its model. */
export function isCounted({ state }: ModelCase): boolean {
  return state === "passed" || state === "failed";
}

/** Two models over the cases that count with both of them. */
export function modelVerdict(before: ModelRun, after: ModelRun): PairedVerdict {
  const others = new Map(after.cases.map((each) => [each.name, each]));
  const pairs = before.cases.flatMap((one) => {
    const other = others.get(one.name);
    if (!other || !isCounted(one) || !isCounted(other)) return [];
    return [{ name: one.name, before: one.count, after: other.count }];
  });
  return pairedVerdict(pairs);
}

/**
 * The value that a share of some values does not exceed, by the nearest rank; undefined of none.
 *
 * @param sorted in rising order
 * @param share above 0 and at most 1
 */
export function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

function stateCount(cases: readonly ModelCase[], state: ModelCase["state"]): number {
  return cases.filter((each) => each.state === state).length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function money(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce<number | undefined>(
    (total, value) => (total === undefined || value === undefined ? undefined : total + value),
    0,
  );
}
