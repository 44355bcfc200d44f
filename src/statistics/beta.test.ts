import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { atLeastOf, exactShare } from "../../tests/support/exact-binomial.ts";
import { exactEvidence, lnOf } from "../../tests/support/exact-evidence.ts";
import { betaInverse, incompleteBeta, lnBeta } from "./beta.ts";

const PRECISION = 1e-10;

/** Below this, doubles lose digits. */
const SMALLEST = 1e-300;

/** k of n, with at least one of each. */
const counts = fc
  .integer({ min: 1, max: 250 })
  .chain((n) => fc.tuple(fc.integer({ min: 1, max: n }), fc.constant(n)));

const share = fc.double({ min: 0.0001, max: 0.9999, noNaN: true });
const alpha = fc.oneof(share, fc.double({ min: 1e-6, max: 0.1, noNaN: true }));
const parameter = fc.double({ min: 0.05, max: 5000, noNaN: true });

describe("the regularized incomplete beta function", () => {
  test("is the sum of the binomial, to 1e-10 of it", () => {
    fc.assert(
      fc.property(counts, share, ([k, n], p) => {
        const exact = exactShare(p, "down");
        const sum = atLeastOf(k, n, exact);
        const beta = incompleteBeta(exact.share, k, n - k + 1);
        expect(Math.abs(beta - sum)).toBeLessThanOrEqual(PRECISION * sum + SMALLEST);
      }),
    );
  });

  test.each([
    ["the arcsine's distribution", 0.3, 0.5, 0.5, (2 / Math.PI) * Math.asin(Math.sqrt(0.3))],
    ["a power", 0.98, 149, 1, 0.98 ** 149],
    ["a power, however small", 0.5, 1000, 1, 0.5 ** 1000],
    ["the power of the rest", 0.001, 1, 3000, -Math.expm1(3000 * Math.log1p(-0.001))],
    ["one half, in the middle of a symmetric one", 0.5, 12_345, 12_345, 0.5],
    ["one half, of a million", 0.5, 1e6, 1e6, 0.5],
  ])("is %s", (_what, x, a, b, expected) => {
    expect(Math.abs(incompleteBeta(x, a, b) / expected - 1)).toBeLessThan(PRECISION);
  });

  test("is 0 and 1 at the ends", () => {
    expect(incompleteBeta(0, 3, 4)).toBe(0);
    expect(incompleteBeta(1, 3, 4)).toBe(1);
  });

  test("adds up to 1 with that of the other end", () => {
    fc.assert(
      fc.property(share, parameter, parameter, (x, a, b) => {
        const rounded = 1 - (1 - x); // so that both ends are exactly as far away
        const sum = incompleteBeta(rounded, a, b) + incompleteBeta(1 - rounded, b, a);
        expect(Math.abs(sum - 1)).toBeLessThan(1e-11);
      }),
    );
  });

  test("satisfies its recurrence I_x(a, b) = x I_x(a-1, b) + (1-x) I_x(a, b-1)", () => {
    fc.assert(
      fc.property(share, parameter, parameter, (x, a, b) => {
        const [left, right] = [incompleteBeta(x, a, b + 1), incompleteBeta(x, a + 1, b)];
        const sum = x * left + (1 - x) * right;
        expect(Math.abs(incompleteBeta(x, a + 1, b + 1) - sum)).toBeLessThan(1e-11);
      }),
    );
  });
});

describe("its inverse", () => {
  test("has the binomial's sum at alpha within 1e-10 of it, for every k of n", () => {
    fc.assert(
      fc.property(counts, alpha, ([k, n], risk) => {
        const x = betaInverse(risk, k, n - k + 1);
        expect(atLeastOf(k, n, exactShare(x - PRECISION, "down"))).toBeLessThanOrEqual(risk);
        expect(atLeastOf(k, n, exactShare(x + PRECISION, "up"))).toBeGreaterThanOrEqual(risk);
      }),
    );
  });

  test("leads back to the probability", () => {
    fc.assert(
      fc.property(alpha, parameter, parameter, (probability, a, b) => {
        const x = betaInverse(probability, a, b);
        // Where the distribution piles up at 1 a double cannot say the quantile: 1 - x is below its step.
        fc.pre(x < 1 - 1e-9);
        const back = incompleteBeta(x, a, b);
        expect(Math.abs(back / probability - 1)).toBeLessThan(1e-7);
      }),
    );
  });

  test("rises with the probability", () => {
    fc.assert(
      fc.property(alpha, alpha, counts, (one, other, [k, n]) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        const [low, high] = [less, more].map((risk) => betaInverse(risk, k, n - k + 1));
        expect(low).toBeLessThanOrEqual((high ?? Number.NaN) + 1e-15);
      }),
    );
  });

  test.each([
    [0.05, 1_000_000, 1, 0.05 ** (1 / 1_000_000)],
    [0.05, 1, 1_000_000, -Math.expm1(Math.log(0.95) / 1_000_000)],
    [1e-9, 1, 1, 1e-9],
    [0.5, 777, 777, 0.5],
  ])("of %f for %f and %f is a closed form", (probability, a, b, expected) => {
    expect(Math.abs(betaInverse(probability, a, b) / expected - 1)).toBeLessThan(PRECISION);
  });

  test("is 0 and 1 at the ends", () => {
    expect(betaInverse(0, 3, 4)).toBe(0);
    expect(betaInverse(1, 3, 4)).toBe(1);
  });
});

describe("the logarithm of the beta function", () => {
  test("is that of the quotient of factorials, for thousands too", () => {
    const whole = fc.integer({ min: 1, max: 3000 });
    fc.assert(
      fc.property(whole, whole, (m, n) => {
        // 1 / B(m, n) = m (m+1) ... (m+n-1) / (n-1)!
        let [over, under] = [1n, 1n];
        for (let i = 0; i < n; i++) over *= BigInt(m + i);
        for (let i = 2; i < n; i++) under *= BigInt(i);
        const exact = lnOf({ over: under, under: over });
        expect(Math.abs(lnBeta(m, n) - exact)).toBeLessThanOrEqual(
          1e-13 * Math.max(1, -exact) + 1e-12,
        );
      }),
      { numRuns: 60 },
    );
  });

  test("is exact to 1e-13 where nearly all of thousands agreed", () => {
    for (const [agreed, disagreed] of [
      [0, 0],
      [299, 0],
      [5000, 0],
      [5000, 7],
      [20_000, 40],
    ] as const) {
      // At p = 1/2 the evidence is the quotient of beta functions times 2^n.
      const n = agreed + disagreed;
      const exact = lnOf(exactEvidence(agreed, n, { over: 1n, under: 2n })) - n * Math.LN2;
      const found = lnBeta(100 + agreed, 0.5 + disagreed) - lnBeta(100, 0.5);
      expect(Math.abs(found - exact), `${agreed} and ${disagreed}`).toBeLessThan(1e-13 * (1 + n));
    }
  });

  test.each([
    [0.5, 0.5, Math.log(Math.PI)],
    [1, 4000, -Math.log(4000)],
    [4000, 1, -Math.log(4000)],
    [2, 1e6, -Math.log(1e6) - Math.log(1e6 + 1)],
  ])("of %d and %d is a closed form", (x, y, expected) => {
    expect(Math.abs(lnBeta(x, y) - expected)).toBeLessThan(1e-13 * Math.max(1, Math.abs(expected)));
  });
});

test.each([
  ["a logarithm of 0", () => lnBeta(0, 1)],
  ["x above 1", () => incompleteBeta(1.1, 1, 1)],
  ["x that is no number", () => incompleteBeta(Number.NaN, 1, 1)],
  ["a of 0", () => incompleteBeta(0.5, 0, 1)],
  ["b without end", () => incompleteBeta(0.5, 1, Number.POSITIVE_INFINITY)],
  ["a probability below 0", () => betaInverse(-0.1, 1, 1)],
  ["an inverse with a negative b", () => betaInverse(0.1, 1, -1)],
])("%s is refused", (_what, call) => {
  expect(call).toThrow(RangeError);
});
