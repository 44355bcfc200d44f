import type { Usage } from "../../../model/usage.ts";
import type { Failure } from "../../run/failure.ts";
import type { Label } from "../file/judge-expectation.ts";

/** What a judge said of one run. */
export interface Judgement {
  /** The judge's file, as a person knows it. */
  readonly judge: string;
  /** See {@link Judge.identity}. */
  readonly identity: string;
  /** From 0 to 1. */
  readonly score: number;
  /** Empty where the judge gives none. */
  readonly reason: string;
  /** The least score that passes. */
  readonly least: number;
  /** Why the judge's word does not count; undefined where it does. */
  readonly advisory: string | undefined;
  /** Identifies the answer that was judged, as the project's rules leave it. */
  readonly answer: string;
  /** The beginning of that answer, with nothing secret in it. */
  readonly says: string;
  /** What the judge itself took. */
  readonly usage: Usage;
  /** In US dollars; undefined when the price of its model is unknown. */
  readonly usd: number | undefined;
}

/** What came of judging one run. */
export type Judged =
  | {
      readonly kind: "judged";
      readonly judgement: Judgement;
      readonly failures: readonly Failure[];
    }
  /** The judge gave no score: a recording is missing, or it failed. */
  | { readonly kind: "broken"; readonly failures: readonly Failure[] };

/** What a score says, with the least one that a case asks for. */
export function verdictOf({ score, least }: Pick<Judgement, "score" | "least">): Label {
  return score >= least ? "pass" : "fail";
}

/** A score below what is asked, in one line. */
export function belowText({ judge, score, least, reason }: Judgement): string {
  const why = reason === "" ? "" : `: ${reason}`;
  return `${judge} gives ${score}, expected at least ${least}${why}`;
}

/** The failure of a run that a judge whose word counts finds wanting. */
export function judgementFailures(judgement: Judgement): readonly Failure[] {
  if (verdictOf(judgement) === "pass" || judgement.advisory !== undefined) return [];
  return [{ kind: "judge", message: belowText(judgement) }];
}
