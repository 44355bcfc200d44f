import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { confidence, percent, points } from "./percent.ts";

/** A percentage has at most two decimals, so that its share is a whole number of ten-thousandths. */
function shareIn(text: string): number {
  return Math.round(Number(text.replace(" %", "")) * 100) / 10_000;
}

const shares = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 0.001, noNaN: true }),
  fc.double({ min: 0.999, max: 1, noNaN: true }),
  fc.nat(10_000).map((count) => count / 10_000),
  fc.tuple(fc.nat(500), fc.nat(500)).map(([some, rest]) => some / (some + rest + 1)),
);

describe("a percentage", () => {
  test("claims no more than there is: bounds round outwards, estimates are never all or nothing", () => {
    fc.assert(
      fc.property(shares, (share) => {
        const [lower, upper] = [percent(share, "at-least"), percent(share, "at-most")];
        expect(shareIn(lower)).toBeLessThanOrEqual(share);
        expect(shareIn(upper)).toBeGreaterThanOrEqual(share);
        expect(shareIn(upper) - shareIn(lower)).toBeLessThan(1.5e-4);
        const estimate = percent(share, "estimate");
        expect(Math.abs(shareIn(estimate) - share)).toBeLessThanOrEqual(1e-3);
        expect(estimate === "100.0 %").toBe(share === 1);
        expect(estimate === "0.0 %").toBe(share === 0);
        expect(shareIn(confidence(share)) + shareIn(upper)).toBeCloseTo(1, 12);
      }),
      { numRuns: 1000 },
    );
  });

  test("that somebody has given is the number that was given", () => {
    fc.assert(
      fc.property(shares, (share) => {
        expect(Number(percent(share, "given").replace(" %", "")) / 100).toBeCloseTo(share, 15);
        expect(percent(share, "given") === "100 %").toBe(share === 1);
      }),
    );
  });

  test.each([
    [0.05 ** (1 / 299), "at-least", "99 %"],
    [0.05 ** (1 / 88), "at-least", "96.65 %"],
    [0.973, "at-least", "97.3 %"],
    [0.58, "at-least", "58 %"],
    [0.58, "at-most", "58 %"],
    [1 - 2 ** -53, "at-least", "99.99 %"],
    [1, "at-least", "100 %"],
    [0.00001, "at-most", "0.01 %"],
    [0.9996, "estimate", "99.9 %"],
    [0.0001, "estimate", "0.1 %"],
    [0.02, "estimate", "2.0 %"],
    [0, "estimate", "0.0 %"],
    [1.0001, "estimate", "100.1 %"],
    [2.5, "estimate", "250.0 %"],
    [0.9999, "given", "99.99 %"],
    [0.58, "given", "58 %"],
    [1e-7, "given", "0.00001 %"],
    [0.1, "given", "10 %"],
  ] as const)("of %d as %s is %s", (share, as, text) => {
    expect(percent(share, as)).toBe(text);
  });
});

test.each([
  [0.05, "95 %"],
  [0.07, "93 %"],
  [0.01, "99 %"],
  [0.00001, "99.99 %"],
])("the confidence at a risk of %d is %s", (risk, text) => {
  expect(confidence(risk)).toBe(text);
});

test("points of a difference are rounded down after at least and up after at most, below nothing too", () => {
  expect([points(-0.01234, "at-least"), points(0.029, "at-least")]).toEqual(["-1.24", "2.9"]);
  expect([points(-0.01234, "at-most"), points(0.0039, "at-most")]).toEqual(["-1.23", "0.39"]);
  const differences = fc.oneof(
    fc.double({ min: -1, max: 1, noNaN: true }),
    shares,
    shares.map((one) => -one),
  );
  fc.assert(
    fc.property(differences, (difference) => {
      const [lower, upper] = [points(difference, "at-least"), points(difference, "at-most")];
      expect(shareIn(lower)).toBeLessThanOrEqual(difference);
      expect(shareIn(upper)).toBeGreaterThanOrEqual(difference);
      expect(shareIn(upper) - shareIn(lower)).toBeLessThan(1.5e-4);
      expect([lower, upper]).not.toContain("-0");
      // Who gains at least this much loses at most the negative of it.
      expect(Number(points(-difference, "at-most"))).toBe(0 - Number(lower));
    }),
    { numRuns: 1000 },
  );
});
