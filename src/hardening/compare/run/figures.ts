import type { Tally } from "../../../statistics/clopper-pearson.ts";
import { mostLoss, type PairedVerdict, pairedVerdict } from "../../../statistics/paired.ts";
import type { Comparator } from "../../agree/comparator.ts";
import { differencesBetween } from "../../agree/differences.ts";
import type { DistinctInput } from "../../recordings/distinct-inputs.ts";
import { FALLBACKS, FAULTS, type Outcome } from "../trial/outcome.ts";
import { agreesWith, type ComparedInput } from "./compared-inputs.ts";

/** How often a candidate agrees on inputs for which it answers; a fault is a disagreement. */
export function tallyOf(inputs: readonly Pick<ComparedInput, "agrees">[]): Tally {
  const counted = inputs.filter(({ agrees }) => agrees !== undefined);
  return { n: counted.length, agreed: counted.filter(({ agrees }) => agrees).length };
}

/** The same as {@link tallyOf} by calls instead of distinct inputs, each with its own answer. */
export function trafficTally(inputs: readonly ComparedInput[], comparator: Comparator): Tally {
  let [n, agreed] = [0, 0];
  for (const input of inputs) {
    if (input.agrees === undefined) continue;
    n += input.calls.length;
    for (const { output } of input.calls) {
      const isReference = output === input.reference;
      if (isReference ? input.agrees : agreesWith(output, input, comparator)) agreed++;
    }
  }
  return { n, agreed };
}

/** How often the candidate differs from one answer of the prompt, which is what an alarm compares. */
export function singleTally(inputs: readonly ComparedInput[], comparator: Comparator): Tally {
  const answered = inputs.filter(({ agrees }) => agrees !== undefined);
  const agreed = answered.filter((input) => agreesWith(input.calls[0].output, input, comparator));
  return { n: answered.length, agreed: agreed.length };
}

/** How the prompt agrees with itself, on inputs that it was asked twice. */
export function selfAgreement(
  inputs: readonly DistinctInput[],
  comparator: Comparator,
): Tally | undefined {
  const tally = { n: 0, agreed: 0 };
  for (const { calls } of inputs) {
    const [first, second] = calls;
    if (!second) continue;
    tally.n++;
    if (differencesBetween(first.output, second.output, comparator).length === 0) tally.agreed++;
  }
  return tally.n === 0 ? undefined : tally;
}

/** What a tool may lose against a rerun of its prompt and still be as consistent: two points. */
const NOISE_MARGIN = 0.02;

/** The candidate beside the prompt's own noise. */
export interface Noise {
  /** Inputs with two samples that the candidate answered. */
  readonly n: number;
  /** The second sample repeats the first. */
  readonly promptAgreed: number;
  /** The candidate repeats the first. */
  readonly toolAgreed: number;
  readonly rerunOnly: number;
  readonly toolOnly: number;
  /** `no-worse`: as consistent as the prompt itself, up to two points. */
  readonly verdict: PairedVerdict;
  /** It repeats the first sample less often than a rerun by at most this share; below 0: more often. */
  readonly loss: number;
}

/** Compares reruns with the candidate, on inputs that have two samples and that it answered. */
export function noiseOf(
  inputs: readonly ComparedInput[],
  comparator: Comparator,
  alpha: number,
): Noise | undefined {
  const noise = { n: 0, promptAgreed: 0, toolAgreed: 0, rerunOnly: 0, toolOnly: 0 };
  for (const input of inputs) {
    const [first, second] = input.calls;
    if (!second || input.agrees === undefined) continue;
    const rerun = differencesBetween(first.output, second.output, comparator).length === 0;
    const tool = agreesWith(first.output, input, comparator);
    noise.n++;
    if (rerun) noise.promptAgreed++;
    if (tool) noise.toolAgreed++;
    if (rerun && !tool) noise.rerunOnly++;
    if (tool && !rerun) noise.toolOnly++;
  }
  if (noise.n === 0) return undefined;
  const counts = { n: noise.n, better: noise.toolOnly, worse: noise.rerunOnly };
  const verdict = pairedVerdict(counts, { margin: NOISE_MARGIN, alpha });
  return { ...noise, verdict, loss: mostLoss(counts, alpha) };
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
