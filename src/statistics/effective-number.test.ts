import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { effectiveNumber } from "./effective-number.ts";

describe("the effective number of templates", () => {
  test.each([
    [[], 0],
    [[0, 0], 0],
    [[7], 1],
    [[5, 5, 5], 3],
    [[3, 1], 1.6],
  ])("of %o is %d", (counts, expected) => {
    expect(effectiveNumber(counts)).toBeCloseTo(expected, 12);
  });

  test("lies between one and their number, which equal ones reach", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1 }), (counts) => {
        const effective = effectiveNumber(counts);
        expect(effective).toBeGreaterThanOrEqual(1 - 1e-9);
        expect(effective).toBeLessThanOrEqual(counts.length + 1e-9);
        expect(effectiveNumber(counts.map(() => 17))).toBeCloseTo(counts.length, 9);
      }),
    );
  });
});
