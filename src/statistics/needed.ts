import { isAtLeast, type Tally } from "./clopper-pearson.ts";

/** Beyond this no count of inputs is exact any more. */
const MOST_INPUTS = Number.MAX_SAFE_INTEGER / 2;

/**
 * How many distinct inputs it takes to support a claim when a number of them disagree: the least n
 * whose lower bound, with n - disagreements of n, reaches the claim.
 *
 * @param claim a share above 0 and below 1
 * @param disagreements a whole number
 * @param alpha the risk, above 0 and below 1
 * @throws RangeError for other values
 *
 * @example
 * neededForClaim(0.98, 0, 0.05); // 149
 */
export function neededForClaim(claim: number, disagreements: number, alpha: number): number {
  const suffices = (n: number) => isAtLeast(claim, { agreed: n - disagreements, n }, alpha);
  let few = disagreements;
  let enough = disagreements + 1;
  while (!suffices(enough)) {
    few = enough;
    enough *= 2;
    if (enough > MOST_INPUTS) throw new RangeError(`a claim of ${claim} is out of reach`);
  }
  while (enough - few > 1) {
    const middle = few + Math.floor((enough - few) / 2);
    if (suffices(middle)) enough = middle;
    else few = middle;
  }
  return enough;
}

/**
 * How many further distinct inputs would support a claim, if all of them agree; 0 where it is
 * supported already. Fewer can never do, more are needed when some of them disagree.
 *
 * @throws RangeError as {@link neededForClaim}
 */
export function neededFurther(claim: number, { agreed, n }: Tally, alpha: number): number {
  return Math.max(0, neededForClaim(claim, n - agreed, alpha) - n);
}
