import { incompleteBeta } from "../certificate/beta.ts";

/** Among the adjudicated disagreements: where the tool was right, and where the prompt was. */
export interface Adjudicated {
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
