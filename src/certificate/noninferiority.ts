import { lowerBound, upperBound } from "../statistics/clopper-pearson.ts";
import { neededForClaim } from "./needed.ts";
import { DEFAULT_ALPHA } from "./verdict.ts";

/** One input that the prompt has answered twice and the tool once. */
interface Rerun {
  /** The prompt's second answer agrees with its first. */
  readonly rerunMatches: boolean;
  /** The tool's answer agrees with the prompt's first. */
  readonly toolMatches: boolean;
}

export interface RerunCounts {
  /** b: the rerun matches and the tool does not. */
  readonly rerunOnly: number;
  /** c: the tool matches and the rerun does not. */
  readonly toolOnly: number;
  /** All inputs with two samples, also those on which both match or neither. */
  readonly n: number;
}

export interface Noninferiority extends RerunCounts {
  /** The tool's agreement minus the prompt's own is at least this, a share; below 0: it agrees less. */
  readonly least: number;
  /** "As consistent as the prompt itself": `least` is above -delta. */
  readonly holds: boolean;
  /** Further inputs that would make it hold, if both match or neither does on all of them; 0 where it holds. */
  readonly needed: number;
}

interface NoninferioritySettings {
  /** The risk, of which each of the two bounds takes half. Default: 0.05. */
  readonly alpha?: number;
  /** What may be lost, a share. Default: two points. */
  readonly delta?: number;
}

/** Two points. */
const DEFAULT_DELTA = 0.02;

/** Counts on how many inputs only one of both repeats the prompt's first answer. */
export function countReruns(reruns: readonly Rerun[]): RerunCounts {
  return {
    rerunOnly: reruns.filter(({ rerunMatches, toolMatches }) => rerunMatches && !toolMatches)
      .length,
    toolOnly: reruns.filter(({ rerunMatches, toolMatches }) => toolMatches && !rerunMatches).length,
    n: reruns.length,
  };
}

/**
 * Whether a tool agrees with its prompt as well as the prompt with itself, up to delta:
 *
 *     CPlower(c, n, alpha/2) - CPupper(b, n, alpha/2) > -delta
 *
 * with the exact bounds of Clopper and Pearson. It errs to the side of "no": both bounds hold at once
 * with a probability of at least 1 - alpha, however b and c depend on each other.
 *
 * @throws RangeError for counts that are none, or an alpha or delta that is not above 0 and below 1
 */
export function noninferiority(
  counts: RerunCounts,
  { alpha = DEFAULT_ALPHA, delta = DEFAULT_DELTA }: NoninferioritySettings = {},
): Noninferiority {
  if (!(counts.rerunOnly + counts.toolOnly <= counts.n)) {
    throw new RangeError("an input cannot count for both sides");
  }
  const least = leastDifference(counts, alpha);
  const holds = least > -delta;
  const needed = holds ? 0 : neededTotal(counts, { alpha, delta }) - counts.n;
  return { ...counts, least, holds, needed };
}

function leastDifference({ rerunOnly, toolOnly, n }: RerunCounts, alpha: number): number {
  const lost = upperBound({ agreed: rerunOnly, n }, alpha / 2);
  return lowerBound({ agreed: toolOnly, n }, alpha / 2) - lost;
}

/** The least n above the present one at which it holds. */
function neededTotal(
  counts: RerunCounts,
  { alpha, delta }: Required<NoninferioritySettings>,
): number {
  // Here the upper bound alone is at most delta. Before, both bounds fall with n, so it may hold at
  // some n and no longer at the next: each is looked at.
  const most = neededForClaim(1 - delta, counts.rerunOnly, alpha / 2);
  let n = counts.n + 1;
  while (n < most && leastDifference({ ...counts, n }, alpha) <= -delta) n++;
  return n;
}
