import {
  afterComparison,
  CALM_DETECTOR,
  type DetectorSettings,
  isAlarm,
} from "../../statistics/detector.ts";
import { grouped } from "../../words/counted.ts";
import { percent } from "../../words/percent.ts";
import type { AlarmLevel, MonitoredFunction } from "./monitored-function.ts";

/** How fast answers are compared. */
interface ComparisonRate {
  /** Calls that one comparison takes: 50 where 2 % of code's answers are checked. Infinity: none is. */
  readonly callsEach: number;
  /** Comparisons a day; undefined where the log does not show it. */
  readonly aDay: number | undefined;
}

/** Rises that are told, as far as they are rises. */
const RISES = [0.04, 0.08, 0.2, 0.4];

/** What is shown of them. */
const SHOWN_RISES = 3;

/** Below this rise the detector hardly looks: it was made for odds of 1.5 times and more. */
const LEAST_RISE = 1.5;

/**
 * What the alarm of a function means: how often it is raised for nothing, and how soon it notices.
 *
 * @example
 * alarmMeaning({ tolerated: 0.02, falseAlarmEvery: 10_000 }, { callsEach: 50, aDay: 200 });
 */
export function alarmMeaning(settings: DetectorSettings, rate: ComparisonRate): readonly string[] {
  const { tolerated, falseAlarmEvery } = settings;
  if (!Number.isFinite(rate.callsEach)) return [UNCHECKED];
  return [
    `the alarm tolerates ${toleratedText(tolerated)} of disagreements; a false one comes at most every ${amount(falseAlarmEvery, rate)} on average`,
    ...RISES.filter((rise) => rise >= tolerated * LEAST_RISE)
      .slice(0, SHOWN_RISES)
      .map((rise) => riseText(rise, settings, rate)),
  ];
}

/** The tolerated share as a person reads it: 1 - 0.98 is 0.020000000000000018. */
export function toleratedText(tolerated: number): string {
  return percent(Number(tolerated.toPrecision(12)), "at-most");
}

const UNCHECKED =
  "no answer of code is checked, so that nobody will see it get worse: the alarm is never raised";

function riseText(rise: number, settings: DetectorSettings, rate: ComparisonRate): string {
  const delay = meanDelay(rise, settings);
  const found =
    delay === undefined ? "in no foreseeable time" : `after about ${amount(delay, rate)}`;
  return `  a rise to ${percent(rise, "given")} is noticed ${found}`;
}

/** So many comparisons, in calls, and in days where the log shows how fast they come. */
function amount(comparisons: number, { callsEach, aDay }: ComparisonRate): string {
  const rounded = (count: number) => grouped(Number(count.toPrecision(count >= 1000 ? 3 : 2)));
  const calls = comparisons * callsEach;
  const inCalls = callsEach === 1 ? "" : `, ${rounded(calls)} calls`;
  const days = aDay === undefined || aDay <= 0 ? undefined : comparisons / aDay;
  const shown = days === undefined || days >= 10 ? days && rounded(days) : days.toPrecision(2);
  const inDays = shown === undefined ? "" : `, ${shown} days at ${rounded(aDay ?? 0)} checks a day`;
  return `${rounded(comparisons)} comparisons${inCalls}${inDays}`;
}

/** Its standard error is below 4 %: a delay varies about as much as its mean. */
const RUNS = 600;

/** Comparisons in all runs together; a rise that takes longer is not worth the wait. */
const MOST_STEPS = 1_500_000;

/**
 * How many comparisons it takes on average until a share of disagreements raises the alarm, from a
 * fresh start. Played, always with the same chances, since no formula gives it: R adds up over starts.
 *
 * @returns undefined where it takes too long to tell
 */
export function meanDelay(share: number, settings: DetectorSettings): number | undefined {
  const random = seededRandom();
  let steps = 0;
  for (let run = 0; run < RUNS; run++) {
    let state = CALM_DETECTOR;
    while (!isAlarm(state, settings)) {
      state = afterComparison(state, random() < share, settings);
      if (++steps > MOST_STEPS) return undefined;
    }
  }
  return steps / RUNS;
}

/** Mulberry32: small, and equal everywhere. It decides nothing but this figure. */
function seededRandom(): () => number {
  let state = 20_240_601;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An alarm that nothing can raise is not a calm one. */
export const UNWATCHED = "none: no answer of code is checked (llm-do promote --check 0.02)";

/** Whether code answers and the prompt checks none of it. */
export function isUnwatched({ mode, check, alarm }: MonitoredFunction): boolean {
  return (mode === "code" || mode === "canary") && check === 0 && alarm.raised === undefined;
}

/** How an alarm stands. */
export function alarmText({
  state,
  level,
  falseAlarmEvery,
  tolerated,
  raised,
}: AlarmLevel): string {
  if (raised) return `raised ${raised.at}: ${raised.reason}`;
  const shown = `level ${grouped(Math.round(level))} of ${grouped(falseAlarmEvery)}`;
  const words = state === "rising" ? "rising: answers disagree more often than tolerated" : "calm";
  return `${words} (${shown}; it tolerates ${toleratedText(tolerated)})`;
}
