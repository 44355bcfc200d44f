import { DEFAULT_ALPHA } from "../../../certificate/verdict.ts";
import { lowerBound } from "../../../statistics/clopper-pearson.ts";
import { counted } from "../../../words/counted.ts";
import { confidence, percent } from "../../../words/percent.ts";
import type { CaseRun } from "../../run/case-run.ts";
import type { Failure } from "../../run/failure.ts";
import type { Judged } from "./judgement.ts";

/** One run of a case with what is wrong with it. */
export interface SampleOutcome {
  readonly run: CaseRun;
  readonly failures: readonly Failure[];
  /** Undefined where the case has no judge, or the run gave it nothing to judge. */
  readonly judged?: Judged | undefined;
  /** Answers that the judge was given. Default: none. */
  readonly judgeAnswers?: number;
}

/** How many runs of a case passed, and what that says of runs to come. */
export interface SampleTally {
  readonly passed: number;
  readonly runs: number;
  /**
   * At least this share of runs to come will pass, with 95 % confidence, if they are as those on
   * record: the exact one-sided lower bound.
   */
  readonly lower: number;
  readonly minPass: number;
}

export function tallyOf(outcomes: readonly SampleOutcome[], minPass: number): SampleTally {
  const passed = outcomes.filter(({ failures }) => failures.length === 0).length;
  const runs = outcomes.length;
  return { passed, runs, lower: lowerBound({ agreed: passed, n: runs }, DEFAULT_ALPHA), minPass };
}

/**
 * The failure of a case of which too few runs passed, or of which a run is not on record: what was not
 * asked has neither passed nor failed. Empty when enough did.
 */
export function sampleFailures(
  outcomes: readonly SampleOutcome[],
  tally: SampleTally,
): readonly Failure[] {
  const missed = outcomes.filter(isMissed).length;
  const isEnough = tally.passed >= tally.minPass * (tally.runs - missed);
  if (missed === 0 && isEnough) return [];
  const failed = outcomes.flatMap(({ failures }, index) =>
    failures.length === 0 ? [] : [{ number: index + 1, failures }],
  );
  const lines = failed.flatMap(({ number, failures }) =>
    failures.map(({ message }) => `run ${number}: ${message}`),
  );
  // All of one kind is told as that kind: only recordings, say.
  const kinds = new Set(failed.flatMap(({ failures }) => failures.map(({ kind }) => kind)));
  const [kind] = kinds;
  const all = failed.flatMap(({ failures }) => failures);
  const cause = all.find((failure) => failure.cause !== undefined)?.cause;
  const caused = cause === undefined ? {} : { cause };
  if (missed > 0 && missed < tally.runs && isEnough) {
    const first = `${missed} of ${counted(tally.runs, "run")} ${missed === 1 ? "is" : "are"} not on record`;
    return [{ kind: "cassette", message: [first, ...lines].join("\n"), ...caused }];
  }
  const message = [
    `${tallyText(tally)}, and ${percent(tally.minPass, "given")} must`,
    ...lines,
  ].join("\n");
  return [{ kind: kinds.size === 1 && kind ? kind : "samples", message, ...caused }];
}

/** Whether a run asked for what is not on record. */
export function isMissed({ failures }: SampleOutcome): boolean {
  return failures.some(({ kind }) => kind === "cassette");
}

/** How many runs passed and what that bounds, in one line. */
export function tallyText({ passed, runs, lower }: SampleTally): string {
  const bound = `with ${confidence(DEFAULT_ALPHA)} confidence at least ${percent(lower, "at-least")} of such runs do`;
  return `${passed} of ${counted(runs, "run")} passed (${percent(passed / runs, "estimate")}; ${bound})`;
}
