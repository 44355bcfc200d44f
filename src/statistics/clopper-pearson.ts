import { betaInverse, incompleteBeta } from "./beta.ts";

/** How many of n distinct inputs agreed. */
export interface Tally {
  readonly agreed: number;
  readonly n: number;
}

/**
 * The exact one-sided lower bound of Clopper and Pearson for the share of inputs that agree:
 *
 *     L = BetaInv(alpha; k, n-k+1), for k = n: L = alpha^(1/n), for k = 0: 0
 *
 * Whatever the true share is, the bound lies above it in at most `alpha` of all samples of
 * independent inputs.
 *
 * @param alpha the risk, above 0 and below 1: 0.05 for a confidence of 95 %
 * @returns a share from 0 to 1
 * @throws RangeError for counts that are none, or another alpha
 *
 * @example
 * lowerBound({ agreed: 9, n: 10 }, 0.05); // 0.6058...
 */
export function lowerBound(tally: Tally, alpha: number): number {
  checkTally(tally);
  checkShare(alpha, "alpha");
  const { agreed, n } = tally;
  if (agreed === 0) return 0;
  if (agreed === n) return alpha ** (1 / n);
  return betaInverse(alpha, agreed, n - agreed + 1);
}

/**
 * The exact one-sided upper bound: what the disagreements' lower bound leaves,
 * `U = 1 - BetaInv(alpha; n-k, k+1)`, for k = n: 1.
 *
 * @param alpha the risk of this side alone, above 0 and below 1
 * @returns a share from 0 to 1
 * @throws RangeError for counts that are none, or another alpha
 */
export function upperBound({ agreed, n }: Tally, alpha: number): number {
  return 1 - lowerBound({ agreed: n - agreed, n }, alpha);
}

/**
 * Whether the lower bound reaches a claim. Asked without finding the bound: `L ≥ claim` holds when
 * so many would agree at a true share of `claim` with a probability of at most alpha,
 * `I_claim(k, n-k+1) ≤ alpha`.
 *
 * @param claim a share above 0 and below 1
 * @throws RangeError for counts that are none, or another claim or alpha
 */
export function isAtLeast(claim: number, { agreed, n }: Tally, alpha: number): boolean {
  checkTally({ agreed, n });
  checkShare(claim, "a claim");
  checkShare(alpha, "alpha");
  return agreed > 0 && incompleteBeta(claim, agreed, n - agreed + 1) <= alpha;
}

/**
 * Whether the upper bound lies below a claim: so few would agree at a true share of `claim` with a
 * probability below alpha.
 *
 * @param claim a share above 0 and below 1
 * @throws RangeError for counts that are none, or another claim or alpha
 */
export function isBelow(claim: number, { agreed, n }: Tally, alpha: number): boolean {
  checkTally({ agreed, n });
  checkShare(claim, "a claim");
  checkShare(alpha, "alpha");
  return agreed < n && incompleteBeta(1 - claim, n - agreed, agreed + 1) < alpha;
}

/** @throws RangeError for anything but two whole numbers, the first from 0 to the second */
function checkTally({ agreed, n }: Tally): void {
  if (!(Number.isSafeInteger(agreed) && Number.isSafeInteger(n) && agreed >= 0 && agreed <= n)) {
    throw new RangeError(`${agreed} of ${n} is no count`);
  }
}

/** @throws RangeError for anything but a number above 0 and below 1 */
function checkShare(share: number, name: string): void {
  if (!(share > 0 && share < 1)) {
    throw new RangeError(`${name} must be above 0 and below 1, not ${share}`);
  }
}
