/** How many of a case's runs passed on one side. */
export interface PassCount {
  readonly passed: number;
  readonly runs: number;
}

/** The counts of one case on both sides. */
export interface Stratum {
  readonly before: PassCount;
  readonly after: PassCount;
}

/** The probabilities of the whole numbers from `least` up; they sum to 1. */
export interface Distribution {
  readonly least: number;
  readonly chances: Float64Array;
}

/** Chances below this at both ends are left out. It bounds what thousands of cases cost. */
const NEGLIGIBLE = 1e-150;

/** Sums that differ by rounding alone count as equally likely, as in R's `fisher.test`. */
const ROUNDING = 1 + 1e-7;

/**
 * Returns the exact distribution of the runs that passed before, over all cases together, if it does
 * not matter to a case on which side it runs. Given how many runs of a case passed in all, those on
 * one side are a hypergeometric draw; cases are independent, so their sum is a convolution.
 */
export function passedBefore(strata: readonly Stratum[]): Distribution {
  const known = new Map<string, Distribution>();
  const draws = strata.map(({ before, after }) => {
    const passed = before.passed + after.passed;
    const shape = `${before.runs}/${after.runs}/${passed}`;
    const draw = known.get(shape) ?? hypergeometric(before.runs, after.runs, passed);
    known.set(shape, draw);
    return draw;
  });
  return sumOfAll(draws);
}

/** Adds in pairs: both sides of each sum stay short for as long as they can. */
function sumOfAll(draws: readonly Distribution[]): Distribution {
  const [first = { least: 0, chances: Float64Array.of(1) }] = draws;
  if (draws.length <= 1) return first;
  const half = draws.length >> 1;
  return trimmed(convolved(sumOfAll(draws.slice(0, half)), sumOfAll(draws.slice(half))));
}

/** Returns the chance of anything that is at most as likely as `seen`: the exact two-sided p. */
export function twoSidedP({ least, chances }: Distribution, seen: number): number {
  const bound = (chances[seen - least] ?? 0) * ROUNDING;
  let p = 0;
  for (const chance of chances) if (chance <= bound) p += chance;
  return Math.min(1, Math.max(p, NEGLIGIBLE));
}

/** Returns the mean, which is what is expected where the sides do not differ. */
export function meanOf(strata: readonly Stratum[]): number {
  return strata.reduce((mean, { before, after }) => {
    const runs = before.runs + after.runs;
    return runs === 0 ? mean : mean + (before.runs * (before.passed + after.passed)) / runs;
  }, 0);
}

/** How many of `passed` runs fall on a side with `own` runs, of `own + other` runs in all. */
function hypergeometric(own: number, other: number, passed: number): Distribution {
  const least = Math.max(0, passed - other);
  const most = Math.min(own, passed);
  const chances = new Float64Array(most - least + 1);
  // The ratio of neighbours is exact; from the middle outwards nothing overflows.
  const middle = Math.min(most, Math.max(least, Math.round((own * passed) / (own + other || 1))));
  chances[middle - least] = 1;
  for (let k = middle; k < most; k++) {
    const ratio = ((own - k) * (passed - k)) / ((k + 1) * (other - passed + k + 1));
    chances[k + 1 - least] = (chances[k - least] ?? 0) * ratio;
  }
  for (let k = middle; k > least; k--) {
    const ratio = (k * (other - passed + k)) / ((own - k + 1) * (passed - k + 1));
    chances[k - 1 - least] = (chances[k - least] ?? 0) * ratio;
  }
  const total = chances.reduce((sum, chance) => sum + chance, 0);
  return { least, chances: chances.map((chance) => chance / total) };
}

function convolved(one: Distribution, other: Distribution): Distribution {
  const chances = new Float64Array(one.chances.length + other.chances.length - 1);
  for (let at = 0; at < one.chances.length; at++) {
    const chance = one.chances[at] ?? 0;
    for (let by = 0; by < other.chances.length; by++) {
      chances[at + by] = (chances[at + by] ?? 0) + chance * (other.chances[by] ?? 0);
    }
  }
  return { least: one.least + other.least, chances };
}

function trimmed({ least, chances }: Distribution): Distribution {
  const first = chances.findIndex((chance) => chance >= NEGLIGIBLE);
  const last = chances.findLastIndex((chance) => chance >= NEGLIGIBLE);
  if (first === 0 && last === chances.length - 1) return { least, chances };
  return { least: least + first, chances: chances.subarray(first, last + 1) };
}
