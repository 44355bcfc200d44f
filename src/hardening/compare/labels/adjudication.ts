import { incompleteBeta } from "../../../statistics/beta.ts";
import type { Tally } from "../../../statistics/clopper-pearson.ts";

/** Which of two answers is right. */
export const RIGHTS = ["tool", "prompt", "both", "neither"] as const;

export type Right = (typeof RIGHTS)[number];

/** What was said of disagreements, by their ids. */
export type Adjudications = ReadonlyMap<string, Right>;

/** What adjudication says of the held-out disagreements. */
export interface AdjudicationFigures {
  /** Held-out disagreements on which there are two answers. */
  readonly disagreements: number;
  readonly judged: number;
  /** The tool is right and the prompt is not. */
  readonly wins: number;
  readonly losses: number;
  /** Both are right, or neither is. */
  readonly ties: number;
  /** The exact sign test: so many wins, were either as likely to be right. */
  readonly p: number;
}

export interface JudgeFigures extends AdjudicationFigures {
  readonly file: string;
  readonly advisory: true;
  /** How often it says what a person said of the same cases. */
  readonly agreesWithPerson: Tally;
}

/** @param ids of the disagreements that there are now */
export function adjudicationFigures(
  ids: readonly string[],
  said: Adjudications,
): AdjudicationFigures {
  const rights = ids.flatMap((id) => said.get(id) ?? []);
  const [wins, losses] = [countOf(rights, "tool"), countOf(rights, "prompt")];
  return {
    disagreements: ids.length,
    judged: rights.length,
    wins,
    losses,
    ties: rights.length - wins - losses,
    p: signTestP({ wins, losses }),
  };
}

function countOf(rights: readonly Right[], right: Right): number {
  return rights.filter((each) => each === right).length;
}

/** Among the adjudicated disagreements: where the tool was right, and where the prompt was. */
interface Adjudicated {
  readonly wins: number;
  readonly losses: number;
}

/**
 * The exact one-sided sign test: the probability of at least so many wins if either side were as
 * likely to be right, `p = P(Bin(w+l, 1/2) ≥ w) = I_1/2(w, l+1)`; 1 where there are no wins.
 *
 * @throws RangeError for counts that are none
 *
 * @example
 * signTestP({ wins: 5, losses: 0 }); // 0.03125
 */
export function signTestP({ wins, losses }: Adjudicated): number {
  for (const count of [wins, losses]) {
    if (!(Number.isSafeInteger(count) && count >= 0)) throw new RangeError(`${count} is no count`);
  }
  return wins === 0 ? 1 : incompleteBeta(0.5, wins, losses + 1);
}
