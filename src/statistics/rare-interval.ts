import type { Tally } from "./clopper-pearson.ts";
import { interval } from "./time-uniform.ts";

/**
 * The time-uniform interval of a share that should be small: disagreements, fallbacks.
 *
 * It is the mirrored interval of the rest. The evidence expects shares near 1, so that the interval of
 * the small share itself would be valid and of no use: for 0 of 300 it ends at 53 %, and this at 1.4 %.
 *
 * @param tally `agreed`: how many of the `n` have what is rare
 */
export function rareInterval(
  { n, agreed: rare }: Tally,
  alpha: number,
): { readonly lower: number; readonly upper: number } {
  const rest = interval({ n, agreed: n - rare }, alpha);
  return { lower: 1 - rest.upper, upper: 1 - rest.lower };
}
