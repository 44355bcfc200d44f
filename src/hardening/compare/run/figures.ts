import {
  countReruns,
  type Noninferiority,
  noninferiority,
} from "../../../certificate/noninferiority.ts";
import { lowerBound, type Tally, upperBound } from "../../../statistics/clopper-pearson.ts";
import type { Comparator } from "../../agree/comparator.ts";
import { differencesBetween } from "../../agree/differences.ts";
import type { DistinctInput } from "../../recordings/distinct-inputs.ts";
import { agreesWith, type ComparedInput } from "./compared-inputs.ts";
import { FALLBACKS, FAULTS, type Outcome } from "./outcome.ts";

/** How often a candidate agrees on inputs for which it answers; a fault is no agreement. */
export function tallyOf(inputs: readonly ComparedInput[]): Tally {
  const counted = inputs.filter(({ agrees }) => agrees !== undefined);
  return { n: counted.length, agreed: counted.filter(({ agrees }) => agrees).length };
}

/** The same by calls instead of distinct inputs, each with its own answer. */
export function trafficTally(inputs: readonly ComparedInput[], comparator: Comparator): Tally {
  let [n, agreed] = [0, 0];
  for (const input of inputs) {
    if (input.agrees === undefined) continue;
    n += input.calls.length;
    for (const [index, { output }] of input.calls.entries()) {
      const isFirst = index === 0;
      if (isFirst ? input.agrees : agreesWith(output, input, comparator)) agreed++;
    }
  }
  return { n, agreed };
}

/** How the prompt agrees with itself, on inputs that it was asked twice. */
export interface SelfAgreement extends Tally {
  /** Exact one-sided bounds of the prompt's own agreement, each at alpha. */
  readonly lower: number;
  readonly upper: number;
}

export function selfAgreement(
  inputs: readonly DistinctInput[],
  comparator: Comparator,
  alpha: number,
): SelfAgreement | undefined {
  const tally = { n: 0, agreed: 0 };
  for (const { calls } of inputs) {
    const [first, second] = calls;
    if (!second) continue;
    tally.n++;
    if (differencesBetween(first.output, second.output, comparator).length === 0) tally.agreed++;
  }
  if (tally.n === 0) return undefined;
  return { ...tally, lower: lowerBound(tally, alpha), upper: upperBound(tally, alpha) };
}

/** The candidate beside the prompt's own noise. */
export interface Noise extends Noninferiority {
  readonly promptAgreed: number;
  readonly toolAgreed: number;
}

/** Compares reruns with the candidate, on inputs that have two samples and that it answered. */
export function noiseOf(
  inputs: readonly ComparedInput[],
  comparator: Comparator,
  alpha: number,
): Noise | undefined {
  const reruns = inputs.flatMap(({ calls: [first, second], agrees }) => {
    if (!second || agrees === undefined) return [];
    const rerunMatches = differencesBetween(first.output, second.output, comparator).length === 0;
    return [{ rerunMatches, toolMatches: agrees }];
  });
  if (reruns.length === 0) return undefined;
  return {
    ...noninferiority(countReruns(reruns), { alpha }),
    promptAgreed: reruns.filter(({ rerunMatches }) => rerunMatches).length,
    toolAgreed: reruns.filter(({ toolMatches }) => toolMatches).length,
  };
}

/** Why a candidate gave no answer, with how often. */
export interface Counted {
  readonly why: string;
  readonly count: number;
  /** What one of them said. */
  readonly example: string;
}

export function fallbacksOf(inputs: readonly { readonly outcome: Outcome }[]): readonly Counted[] {
  return FALLBACKS.flatMap((by) => {
    const reasons = inputs.flatMap(({ outcome }) =>
      outcome.kind === "fell-back" && outcome.by === by ? [outcome.reason] : [],
    );
    const [example] = reasons;
    return example === undefined ? [] : [{ why: by, count: reasons.length, example }];
  });
}

export function faultsOf(inputs: readonly { readonly outcome: Outcome }[]): readonly Counted[] {
  return FAULTS.flatMap((why) => {
    const messages = inputs.flatMap(({ outcome }) =>
      outcome.kind === "fault" && outcome.fault === why ? [outcome.message] : [],
    );
    const [example] = messages;
    return example === undefined ? [] : [{ why, count: messages.length, example }];
  });
}
