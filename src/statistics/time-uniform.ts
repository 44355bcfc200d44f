import { lnBeta } from "./beta.ts";
import type { Tally } from "./clopper-pearson.ts";

/** The mixture that the evidence bets with: Beta(100, 1/2), most of it close to full agreement. */
const A = 100;
const B = 0.5;

/** Halvings that settle a double between 0 and 1. */
const HALVINGS = 70;

/** Beyond this no count of inputs is exact any more. */
const MOST_INPUTS = Number.MAX_SAFE_INTEGER / 2;

/**
 * The logarithm of the evidence against a true share p, after k of n inputs agreed:
 *
 *     E_n(p) = B(a+k, b+n-k) / B(a, b) / (p^k (1-p)^(n-k)),  a = 100, b = 1/2
 *
 * While p is the share, E is a martingale that begins at 1. So it ever reaches 1/alpha with a probability
 * of at most alpha, however often somebody looks (Ville's inequality; Robbins 1970).
 *
 * @param tally k and n; real numbers are taken, too
 * @param share p, above 0 and below 1
 *
 * @example
 * logEvidence({ agreed: 211, n: 211 }, 0.98) >= Math.log(1 / 0.025); // true: 98 % is shown
 */
export function logEvidence({ agreed, n }: Tally, share: number): number {
  const disagreed = n - agreed;
  return (
    lnBeta(A + agreed, B + disagreed) -
    lnBeta(A, B) -
    agreed * Math.log(share) -
    disagreed * Math.log1p(-share)
  );
}

/** The shares that a count leaves possible: every p whose evidence stays below 1/alpha. */
export function interval(tally: Tally, alpha: number): { lower: number; upper: number } {
  checkTally(tally);
  const seen = tally.n === 0 ? 0.5 : tally.agreed / tally.n;
  const lower = tally.agreed === 0 ? 0 : edge(tally, alpha, { against: 0, towards: seen });
  const upper = tally.agreed === tally.n ? 1 : edge(tally, alpha, { against: 1, towards: seen });
  return { lower, upper };
}

/** Between a share that the evidence excludes and one that it does not. */
function edge(
  tally: Tally,
  alpha: number,
  { against, towards }: { readonly against: number; readonly towards: number },
): number {
  const most = -Math.log(alpha);
  let [outside, inside] = [against, towards];
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (outside + inside) / 2;
    if (middle === outside || middle === inside) break;
    if (logEvidence(tally, middle) >= most) outside = middle;
    else inside = middle;
  }
  return outside;
}

/** Whether the lower end of the interval reaches a claim, asked without finding the end. */
export function reachesClaim(claim: number, tally: Tally, alpha: number): boolean {
  checkTally(tally);
  return tally.agreed > claim * tally.n && logEvidence(tally, claim) >= -Math.log(alpha);
}

/** Whether the upper end of the interval lies below a claim. */
export function isBelowClaim(claim: number, tally: Tally, alpha: number): boolean {
  checkTally(tally);
  return tally.agreed < claim * tally.n && logEvidence(tally, claim) >= -Math.log(alpha);
}

/**
 * How many inputs in all would support a claim if as large a share of them agreed as so far: the least
 * whole N above n with `E_N(claim) ≥ 1/alpha`. About as likely as not to suffice, since the share that was
 * seen is uncertain itself.
 *
 * @returns undefined where no number will do: the share seen is not above the claim
 */
export function neededInputs(claim: number, tally: Tally, alpha: number): number | undefined {
  checkTally(tally);
  const rate = tally.n === 0 ? 1 : tally.agreed / tally.n;
  if (rate <= claim) return undefined;
  const suffices = (n: number) => logEvidence({ agreed: n * rate, n }, claim) >= -Math.log(alpha);
  let few = tally.n;
  let enough = tally.n + 1;
  while (!suffices(enough)) {
    few = enough;
    enough *= 2;
    if (enough > MOST_INPUTS) return undefined;
  }
  while (enough - few > 1) {
    const middle = few + Math.floor((enough - few) / 2);
    if (suffices(middle)) enough = middle;
    else few = middle;
  }
  return enough;
}

function checkTally({ agreed, n }: Tally): void {
  if (!(agreed >= 0 && agreed <= n && Number.isFinite(n))) {
    throw new RangeError(`${agreed} of ${n} is no count`);
  }
}
