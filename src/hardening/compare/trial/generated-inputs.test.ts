import fc from "fast-check";
import { expect, test } from "vitest";
import { upperBound } from "../../../statistics/clopper-pearson.ts";
import { describeGenerated } from "./generated-inputs.ts";

const END = "under this generator; says nothing of your traffic";

test.each([
  [1000, 0, `1,000 generated, 0 violations: below 3/1,000 (0.3 %) ${END}`],
  [70, 0, `70 generated, 0 violations: below 3/70 (4.29 %) ${END}`],
  [1100, 0, `1,100 generated, 0 violations: below 3/1,100 (0.28 %) ${END}`],
  [1000, 1, `1,000 generated, 1 violation ${END}`],
  [1000, 12, `1,000 generated, 12 violations ${END}`],
  [3, 0, `3 generated, 0 violations ${END}`],
  [0, 0, `0 generated, 0 violations ${END}`],
])("%d generated with %d violations are told as they are", (generated, violations, text) => {
  expect(describeGenerated({ generated, violations })).toBe(text);
});

test("three in N is above the exact bound of the share of violations, and close to it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 1_000_000 }), (n) => {
      const exact = upperBound({ agreed: 0, n }, 0.05);
      expect(3 / n).toBeGreaterThan(exact);
      expect(3 / n / exact).toBeLessThan(1.5);
    }),
  );
});

test.each([
  [1, 2],
  [1.5, 0],
  [1, -1],
])("%d generated with %d violations are refused", (generated, violations) => {
  expect(() => describeGenerated({ generated, violations })).toThrow(RangeError);
});
