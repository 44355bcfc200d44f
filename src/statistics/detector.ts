/** When an alarm is raised. */
export interface DetectorSettings {
  /** p0: the share of comparisons that may disagree. Above 0 and below 1. */
  readonly tolerated: number;
  /** C: on average there are at least so many comparisons between false alarms. */
  readonly falseAlarmEvery: number;
}

/** What is remembered between comparisons. */
export interface DetectorState {
  readonly compared: number;
  /** One number for each alternative that is looked out for. */
  readonly r: readonly [number, number, number, number];
}

export const DEFAULT_FALSE_ALARM_EVERY = 10_000;

export const CALM_DETECTOR: DetectorState = { compared: 0, r: [0, 0, 0, 0] };

/** The alternatives, as multiples of p0's odds: multiples of p0 itself would reach 1. */
const ODDS = [1.5, 2, 3, 5] as const;

/** More than any level that alarms; what would not fit a double stays here. */
const MOST = 1e300;

/**
 * The state after one more comparison. Shiryaev and Roberts' detector over four alternatives
 * (e-detector; Shin, Ramdas and Rinaldo 2022): `R ← (1 + R) · LR(x)` for each. While a comparison
 * disagrees with a chance of at most p0, whatever came before, the mean number of comparisons until the
 * mean of the four reaches C is at least C.
 */
export function afterComparison(
  { compared, r }: DetectorState,
  disagrees: boolean,
  { tolerated }: Pick<DetectorSettings, "tolerated">,
): DetectorState {
  const next = (index: 0 | 1 | 2 | 3): number => {
    const ratio = likelihoodRatio(tolerated, ODDS[index], disagrees);
    return Math.min(MOST, (1 + r[index]) * ratio);
  };
  return { compared: compared + 1, r: [next(0), next(1), next(2), next(3)] };
}

/** How much better one alternative explains a comparison than p0. */
function likelihoodRatio(tolerated: number, odds: number, disagrees: boolean): number {
  // p1 has `odds` times the odds of p0: (1-p1)/(1-p0) = 1 / (1 + p0 (odds - 1)), p1/p0 = odds times that.
  const agreeing = 1 / (1 + tolerated * (odds - 1));
  return disagrees ? odds * agreeing : agreeing;
}

/** The mean of the four: the alarm is raised when it reaches C. */
export function alarmLevel({ r }: DetectorState): number {
  return (r[0] + r[1] + r[2] + r[3]) / r.length;
}

export function isAlarm(state: DetectorState, { falseAlarmEvery }: DetectorSettings): boolean {
  return alarmLevel(state) >= falseAlarmEvery;
}

/**
 * p0 of a certified tool: what its claim leaves open, or what single answers of the prompt may differ
 * from it anyway.
 *
 * @param singleUpper upper bound of the share of single answers that disagree
 */
export function toleratedShare({
  claim,
  singleUpper,
}: {
  readonly claim: number;
  readonly singleUpper: number;
}): number {
  return Math.max(1 - claim, singleUpper);
}

/** What is tolerated of code of which nothing is certified: the usual claim is 98 %. */
export const UNCERTIFIED_TOLERATED = 0.02;

/** Comparisons within which an input counts once. */
const COUNTED_ONCE_IN = 1_000;

/** Lets each input count once in 1,000 comparisons: one popular input that disagrees is no drift. */
export class CountedOnce {
  readonly #at = new Map<string, number>();
  #compared = 0;

  /** Whether this comparison of an input counts. All of them are numbered. */
  counts(key: string): boolean {
    const now = this.#compared++;
    const last = this.#at.get(key);
    if (last !== undefined && now - last < COUNTED_ONCE_IN) return false;
    this.#at.delete(key);
    this.#at.set(key, now);
    // In the order in which they counted: what is too old to matter is at the front.
    for (const [oldest, at] of this.#at) {
      if (now - at < COUNTED_ONCE_IN) break;
      this.#at.delete(oldest);
    }
    return true;
  }
}
