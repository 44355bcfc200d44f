import { counted } from "../../../words/counted.ts";
import { printable } from "../../../words/printable.ts";
import type { Outcome } from "../sandbox/sandbox.ts";
import type { TrainExample } from "../scaffold/scaffold.ts";

/** Where a candidate does not answer as the prompt did. */
export interface Miss {
  readonly example: TrainExample;
  readonly outcome: Outcome;
}

/** How a candidate fares on some of the inputs to learn from. */
export interface Score {
  readonly n: number;
  readonly agreed: number;
  /** Inputs that it left to the prompt. */
  readonly declined: readonly Miss[];
  /** Inputs that it answered differently, or failed on. */
  readonly wrong: readonly Miss[];
}

/** One function that a model has written, in its best round. */
export interface Candidate {
  /** 1-based. */
  readonly number: number;
  /** 1-based round in which this code was written. */
  readonly round: number;
  readonly rounds: number;
  readonly code: string;
  /** On the examples that its writer was shown. */
  readonly score: Score;
  /** On those that it was not shown. */
  readonly fold: Score;
  /** What it gives for each input to learn from, in their order. */
  readonly outcomes: readonly Outcome[];
}

/**
 * The better one first: by agreement on what its writer was not shown, then by fewer wrong answers there,
 * then by the same on what it was shown, then by size, then the earlier.
 */
export function byFold(left: Candidate, right: Candidate): number {
  return byScore(left.fold, right.fold) || byAgreement(left, right);
}

/** The better round first: as far as its writer is told. */
export function byAgreement(left: Candidate, right: Candidate): number {
  return (
    byScore(left.score, right.score) ||
    left.code.length - right.code.length ||
    left.number - right.number
  );
}

function byScore(left: Score, right: Score): number {
  return right.agreed - left.agreed || left.wrong.length - right.wrong.length;
}

/** A score in words. */
export function scoreText({ n, agreed, declined, wrong }: Score): string {
  const others = `declines ${declined.length}, is wrong on ${wrong.length}`;
  return `agrees on ${agreed} of ${n} inputs to learn from, ${others}`;
}

/** What is told of a candidate: how it fares on what its writer saw, and on what that did not see. */
export function bothScoresText({ score, fold }: Candidate, isKeptBack: boolean): string {
  if (!isKeptBack) return scoreText(score);
  const { agreed, n, declined, wrong } = fold;
  const unseen = `on ${n} that its writer was not shown it agrees on ${agreed}, declines ${declined.length}, is wrong on ${wrong.length}`;
  return `${scoreText(score)}; ${unseen}`;
}

const MOST_FAULTS = 3;

/**
 * What kept a candidate from answering at all, the most frequent first: `on 12 inputs: it threw ...`. The
 * reasons hold texts of the candidate, made printable.
 */
export function faultLines({ wrong }: Score): readonly string[] {
  const counts = new Map<string, number>();
  for (const { outcome } of wrong) {
    if (outcome.kind !== "fault") continue;
    counts.set(outcome.reason, (counts.get(outcome.reason) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .slice(0, MOST_FAULTS)
    .map(([reason, count]) => `on ${counted(count, "input")}: ${printable(reason)}`);
}
