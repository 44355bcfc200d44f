import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { atLeastOf, exactShare } from "../../tests/support/exact-binomial.ts";
import { isAtLeast, isBelow, lowerBound, type Tally, upperBound } from "./clopper-pearson.ts";

const PRECISION = 1e-10;

const tallies: fc.Arbitrary<Tally> = fc
  .integer({ min: 1, max: 200 })
  .chain((n) => fc.record({ agreed: fc.integer({ min: 0, max: n }), n: fc.constant(n) }));

const alphas = fc.double({ min: 1e-5, max: 0.5, noNaN: true });
const claims = fc.double({ min: 0.01, max: 0.999, noNaN: true });

describe("the lower bound", () => {
  test("is where so many agree with a probability of alpha, to 1e-10", () => {
    fc.assert(
      fc.property(tallies, alphas, ({ agreed, n }, alpha) => {
        const bound = lowerBound({ agreed, n }, alpha);
        fc.pre(agreed > 0);
        const [below, above] = around(bound);
        expect(atLeastOf(agreed, n, below)).toBeLessThanOrEqual(alpha);
        expect(atLeastOf(agreed, n, above)).toBeGreaterThanOrEqual(alpha);
      }),
    );
  });

  test.each([
    [{ agreed: 9, n: 10 }, 0.6058],
    [{ agreed: 30, n: 30 }, 0.905],
    [{ agreed: 299, n: 299 }, 0.99003],
    [{ agreed: 0, n: 7 }, 0],
    [{ agreed: 0, n: 0 }, 0],
  ])("of %o at a risk of 0.05 begins with %f", (tally, expected) => {
    expect(Math.abs(lowerBound(tally, 0.05) - expected)).toBeLessThan(0.00005);
  });

  test("is alpha^(1/n) where all agree", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), alphas, (n, alpha) => {
        expect(lowerBound({ agreed: n, n }, alpha) ** n / alpha).toBeCloseTo(1, 8);
      }),
    );
  });
});

describe("the upper bound", () => {
  test("is where so few agree with a probability of alpha, to 1e-10", () => {
    fc.assert(
      fc.property(tallies, alphas, ({ agreed, n }, alpha) => {
        const bound = upperBound({ agreed, n }, alpha);
        fc.pre(agreed < n);
        const [below, above] = around(bound);
        expect(1 - atLeastOf(agreed + 1, n, below)).toBeGreaterThanOrEqual(alpha - 1e-15);
        expect(1 - atLeastOf(agreed + 1, n, above)).toBeLessThanOrEqual(alpha + 1e-15);
      }),
    );
  });

  test("is 1 where all agree", () => {
    expect(upperBound({ agreed: 7, n: 7 }, 0.05)).toBe(1);
    expect(upperBound({ agreed: 0, n: 0 }, 0.05)).toBe(1);
  });

  test("is not below the lower one, with what agreed in between", () => {
    fc.assert(
      fc.property(tallies, alphas, (tally, alpha) => {
        const share = tally.agreed / tally.n;
        expect(lowerBound(tally, alpha)).toBeLessThanOrEqual(share);
        expect(upperBound(tally, alpha)).toBeGreaterThanOrEqual(share);
      }),
    );
  });
});

describe("what a claim is measured against", () => {
  test("is the bound: it is reached, or fallen short of, on its side", () => {
    fc.assert(
      fc.property(tallies, alphas, claims, (tally, alpha, claim) => {
        const [lower, upper] = [lowerBound(tally, alpha), upperBound(tally, alpha)];
        fc.pre(Math.min(Math.abs(lower - claim), Math.abs(upper - claim)) > 1e-9);
        expect(isAtLeast(claim, tally, alpha)).toBe(lower >= claim);
        expect(isBelow(claim, tally, alpha)).toBe(upper < claim);
      }),
    );
  });

  test("is neither reached nor fallen short of where there is nothing", () => {
    expect(isAtLeast(0.01, { agreed: 0, n: 0 }, 0.05)).toBe(false);
    expect(isBelow(0.99, { agreed: 0, n: 0 }, 0.05)).toBe(false);
  });
});

test.each([
  [{ agreed: 2, n: 1 }, 0.05],
  [{ agreed: -1, n: 1 }, 0.05],
  [{ agreed: 0.5, n: 1 }, 0.05],
  [{ agreed: 1, n: 1 }, 0],
  [{ agreed: 1, n: 1 }, 1],
  [{ agreed: 1, n: 1 }, Number.NaN],
])("%o at %f is refused", (tally, alpha) => {
  for (const bound of [lowerBound, upperBound])
    expect(() => bound(tally, alpha)).toThrow(RangeError);
  expect(() => isAtLeast(0.9, tally, alpha)).toThrow(RangeError);
  expect(() => isBelow(0.9, tally, alpha)).toThrow(RangeError);
});

function around(bound: number) {
  return [exactShare(bound - PRECISION, "down"), exactShare(bound + PRECISION, "up")] as const;
}
