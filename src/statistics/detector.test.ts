import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  afterComparison,
  alarmLevel,
  CALM_DETECTOR,
  CountedOnce,
  DEFAULT_FALSE_ALARM_EVERY,
  type DetectorState,
  isAlarm,
  toleratedShare,
} from "./detector.ts";

const ODDS = [1.5, 2, 3, 5];

const shares = fc.double({ min: 0.0001, max: 0.9, noNaN: true });

function stateAfter(disagreements: readonly boolean[], tolerated: number): DetectorState {
  return disagreements.reduce(
    (state, disagrees) => afterComparison(state, disagrees, { tolerated }),
    CALM_DETECTOR,
  );
}

describe("the detector", () => {
  test("is the sum over all starts of the likelihood ratios since, with p1 in odds of p0", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), shares, (course, tolerated) => {
        const state = stateAfter(course, tolerated);
        expect(state.compared).toBe(course.length);
        for (const [index, odds] of ODDS.entries()) {
          const p1 = (odds * tolerated) / (1 - tolerated + odds * tolerated);
          expect(p1 / (1 - p1) / (tolerated / (1 - tolerated))).toBeCloseTo(odds, 9);
          let sum = 0;
          for (let start = 0; start < course.length; start++) {
            let product = 1;
            for (const disagrees of course.slice(start)) {
              product *= disagrees ? p1 / tolerated : (1 - p1) / (1 - tolerated);
            }
            sum += product;
          }
          expect(Math.abs((state.r[index] ?? Number.NaN) - sum)).toBeLessThanOrEqual(1e-9 * sum);
        }
        const mean = state.r.reduce((sum, r) => sum + r, 0) / 4;
        expect(alarmLevel(state)).toBeCloseTo(mean, 9);
      }),
    );
  });

  test("stays fair at p0: the expected level is the number of comparisons", () => {
    for (const tolerated of [0.02, 0.2, 0.6]) {
      for (let n = 0; n <= 10; n++) {
        let expected = 0;
        for (let outcome = 0; outcome < 2 ** n; outcome++) {
          const course = Array.from({ length: n }, (_each, bit) => (outcome >> bit) % 2 === 1);
          const disagreed = course.filter(Boolean).length;
          const chance = tolerated ** disagreed * (1 - tolerated) ** (n - disagreed);
          expected += chance * alarmLevel(stateAfter(course, tolerated));
        }
        expect(expected).toBeCloseTo(n, 8);
      }
    }
  });

  test("is calm with agreements and raises the alarm with nothing but disagreements", () => {
    const settings = { tolerated: 0.02, falseAlarmEvery: DEFAULT_FALSE_ALARM_EVERY };
    expect(isAlarm(CALM_DETECTOR, settings)).toBe(false);
    expect(isAlarm(stateAfter(Array(5000).fill(false), 0.02), settings)).toBe(false);
    expect(isAlarm(stateAfter(Array(20).fill(true), 0.02), settings)).toBe(true);
  });

  test("does not overflow, and does not stay high for ever afterwards", () => {
    const state = stateAfter(Array(5000).fill(true), 0.0001);
    expect(state.r.every(Number.isFinite)).toBe(true);
    expect(Number.isFinite(alarmLevel(state))).toBe(true);
  });
});

test("tolerates what the claim leaves open, or what single answers differ in anyway", () => {
  expect(toleratedShare({ claim: 0.98, singleUpper: 0.015 })).toBeCloseTo(0.02, 12);
  expect(toleratedShare({ claim: 0.98, singleUpper: 0.073 })).toBe(0.073);
});

describe("an input counts once", () => {
  test("in 1,000 comparisons", () => {
    const once = new CountedOnce();
    expect(once.counts("popular")).toBe(true);
    for (let comparison = 1; comparison < 1000; comparison++) {
      expect(once.counts("popular"), `comparison ${comparison}`).toBe(false);
    }
    expect(once.counts("popular")).toBe(true);
  });

  test("whatever comes between: as a model that keeps everything has it", () => {
    const keys = fc.array(fc.nat(30), { minLength: 1, maxLength: 3000 });
    fc.assert(
      fc.property(keys, fc.nat(2000), (drawn, gap) => {
        const once = new CountedOnce();
        const counted = new Map<string, number>();
        const others = Array.from({ length: gap }, (_each, index) => `other ${index}`);
        const all = [...drawn.map(String), ...others, ...drawn.map(String)];
        for (const [now, key] of all.entries()) {
          const last = counted.get(key);
          const counts = last === undefined || now - last >= 1000;
          expect(once.counts(key)).toBe(counts);
          if (counts) counted.set(key, now);
        }
      }),
      { numRuns: 20 },
    );
  });
});
