import { DEFAULT_ALPHA } from "../../certificate/verdict.ts";
import { counted, grouped } from "../../words/counted.ts";
import {
  type Distribution,
  meanOf,
  type PassCount,
  passedBefore,
  type Stratum,
  twoSidedP,
} from "./stratified.ts";

export type { PassCount } from "./stratified.ts";

/** One case with the runs that passed on both sides. */
export interface PairedCase extends Stratum {
  readonly name: string;
}

/** What cases that were run on both sides say of the two sides. */
export interface PairedVerdict {
  readonly kind: "better" | "worse" | "no-difference";
  /** The exact two-sided p, above 0 and at most 1. */
  readonly pValue: number;
  /** Cases with runs on both sides; others do not count. */
  readonly cases: number;
  /** The runs of these cases. */
  readonly before: PassCount;
  readonly after: PassCount;
  /** What could have been shown. */
  readonly reach?: Reach;
}

/** What the test can show at all, given how many runs of each case passed in all. */
interface Reach {
  /** The risk of a wrong "better" or "worse". */
  readonly alpha: number;
  /** Cases of which some runs passed and some failed; the others say nothing of the sides. */
  readonly differing: number;
  /** True if each of them has one run on each side, so that it went one way or the other. */
  readonly isSingle: boolean;
  /** The least p there is: as if all of them had gone the same way. */
  readonly leastP: number;
  /** From so many runs that pass after, "better" is shown; undefined where that cannot be. */
  readonly betterFrom: number | undefined;
  /** Up to so many, "worse" is shown. */
  readonly worseTo: number | undefined;
}

/**
 * Tests whether two sides differ in how many runs pass, by an exact stratified test. Each case is a
 * stratum: given how many of its runs passed in all, "no difference" makes those that passed before a
 * hypergeometric draw. The sum over cases has an exact distribution, and p is the chance of all sums
 * that are at most as likely as the one seen. One run a side makes it McNemar's exact test; one case,
 * Fisher's.
 *
 * Leave out cases that both sides answer from the same recordings: they are equal by construction.
 *
 * @param alpha the risk of a wrong "better" or "worse", above 0 and below 1. Default: 0.05
 * @throws RangeError for counts that are not whole numbers with `passed` from 0 to `runs`, or
 * another alpha
 *
 * @example
 * const flipped = { before: { passed: 0, runs: 1 }, after: { passed: 1, runs: 1 } };
 * pairedVerdict(Array(6).fill({ name: "case", ...flipped })).pValue; // 0.03125
 */
export function pairedVerdict(
  cases: readonly PairedCase[],
  alpha: number = DEFAULT_ALPHA,
): PairedVerdict {
  if (!(alpha > 0 && alpha < 1)) {
    throw new RangeError(`alpha must be above 0 and below 1, not ${alpha}`);
  }
  for (const { before, after } of cases) for (const count of [before, after]) checkCount(count);
  const paired = cases.filter(({ before, after }) => before.runs > 0 && after.runs > 0);
  const before = sumOf(paired.map((one) => one.before));
  const after = sumOf(paired.map((one) => one.after));
  const distribution = passedBefore(paired);
  const pValue = twoSidedP(distribution, before.passed);
  const expected = meanOf(paired);
  const direction = before.passed < expected ? "better" : "worse";
  return {
    kind: pValue <= alpha ? direction : "no-difference",
    pValue,
    cases: paired.length,
    before,
    after,
    reach: reachOf(paired, { distribution, alpha, total: before.passed + after.passed }),
  };
}

/**
 * Says a verdict in one line, which also says what would have been needed where no difference is
 * shown.
 *
 * @param names how people call the two sides: `main` and `work tree`
 */
export function verdictLine(
  verdict: PairedVerdict,
  names: { readonly before: string; readonly after: string },
): string {
  const { kind, cases, reach } = verdict;
  const counts = `${names.after} passes ${countText(verdict.after)} runs, ${names.before} ${countText(verdict.before)}`;
  const test = `${counted(cases, "case")}, exact test: ${pText(verdict.pValue)}`;
  if (kind !== "no-difference") return `${kind}: ${counts} (${test})`;
  if (cases === 0) return "no difference shown: there is no case to compare";
  const needs = reach ? `. ${reachText(verdict, reach)}` : "";
  return `no difference shown: ${counts} (${test})${needs}`;
}

/** A p as people read it: `p = 0.031`, `p < 0.0001`. */
function pText(p: number): string {
  if (p < 0.0001) return "p < 0.0001";
  return `p = ${Number(p.toFixed(p < 0.001 ? 4 : 3))}`;
}

interface Margins {
  readonly distribution: Distribution;
  readonly alpha: number;
  /** Runs that passed on both sides together. */
  readonly total: number;
}

function reachOf(cases: readonly PairedCase[], { distribution, alpha, total }: Margins): Reach {
  const open = cases.filter(({ before, after }) => {
    const passed = before.passed + after.passed;
    return passed > 0 && passed < before.runs + after.runs;
  });
  const { least, chances } = distribution;
  const most = least + chances.length - 1;
  // Chances fall from their mode to both ends, and so does p.
  const isShown = (passed: number) => twoSidedP(distribution, passed) <= alpha;
  const middle = least + modeOf(chances);
  let [low, high] = [middle, middle];
  while (low >= least && !isShown(low)) low--;
  while (high <= most && !isShown(high)) high++;
  return {
    alpha,
    differing: open.length,
    isSingle: open.every(({ before, after }) => before.runs === 1 && after.runs === 1),
    leastP: Math.min(twoSidedP(distribution, least), twoSidedP(distribution, most)),
    betterFrom: low < least ? undefined : total - low,
    worseTo: high > most ? undefined : total - high,
  };
}

function modeOf(chances: Float64Array): number {
  return chances.reduce((best, chance, at) => (chance > (chances[best] ?? 0) ? at : best), 0);
}

function reachText({ after }: PairedVerdict, reach: Reach): string {
  const { differing, isSingle, leastP, betterFrom, worseTo, alpha } = reach;
  if (differing === 0) return "Each case passes or fails alike on both sides";
  if (betterFrom === undefined && worseTo === undefined) {
    const best = `${pText(leastP)} at best`;
    const cases = counted(differing, "case");
    return isSingle
      ? `Only ${cases} came out differently: ${best}. It takes ${leastSingle(alpha)}, all the same way`
      : `Only ${cases} had runs that passed and runs that failed: ${best}`;
  }
  const bounds = [
    ...(betterFrom === undefined ? [] : [`${grouped(betterFrom)} or more`]),
    ...(worseTo === undefined ? [] : [`${grouped(worseTo)} or fewer`]),
  ];
  return `It takes ${bounds.join(", or ")}, of ${grouped(after.runs)} to show one`;
}

/** The fewest cases that show a difference where all go the same way: `2 · 2^-n ≤ alpha`. */
function leastSingle(alpha: number): number {
  return Math.ceil(1 - Math.log2(alpha));
}

/** As in `8 of 10`. */
export function countText({ passed, runs }: PassCount): string {
  return `${grouped(passed)} of ${grouped(runs)}`;
}

function sumOf(counts: readonly PassCount[]): PassCount {
  const passed = counts.reduce((sum, one) => sum + one.passed, 0);
  return { passed, runs: counts.reduce((sum, one) => sum + one.runs, 0) };
}

function checkCount({ passed, runs }: PassCount): void {
  if (Number.isSafeInteger(passed) && Number.isSafeInteger(runs) && passed >= 0 && passed <= runs) {
    return;
  }
  throw new RangeError(`${passed} of ${runs} is not a count`);
}
