import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lowerBound } from "./clopper-pearson.ts";
import { neededForClaim, neededFurther } from "./needed.ts";

describe("the inputs that a claim needs", () => {
  /** Columns: disagreements seen. */
  const SEEN = [0, 1, 2, 3, 5];

  test.each([
    [0.9, [29, 46, 61, 76, 103]],
    [0.95, [59, 93, 124, 153, 208]],
    [0.98, [149, 236, 313, 386, 523]],
    [0.99, [299, 473, 628, 773, 1049]],
    [0.995, [598, 947, 1258, 1549, 2100]],
  ])("of %f at a risk of 0.05 are %o", (claim, expected) => {
    expect(SEEN.map((seen) => neededForClaim(claim, seen, 0.05))).toEqual(expected);
  });

  test("suffice, and one less does not", () => {
    const claims = fc.double({ min: 0.5, max: 0.999, noNaN: true });
    const alphas = fc.double({ min: 0.001, max: 0.2, noNaN: true });
    fc.assert(
      fc.property(claims, fc.integer({ min: 0, max: 40 }), alphas, (claim, seen, alpha) => {
        const n = neededForClaim(claim, seen, alpha);
        const boundAt = (total: number) => lowerBound({ agreed: total - seen, n: total }, alpha);
        expect(boundAt(n)).toBeGreaterThanOrEqual(claim - 1e-12);
        if (n - 1 >= seen) expect(boundAt(n - 1)).toBeLessThan(claim + 1e-12);
      }),
    );
  });

  test("of a very bold claim are many", () => {
    expect(neededForClaim(0.999_999, 0, 0.05)).toBe(2_995_731);
  });
});

test("further inputs are those that are missing", () => {
  expect(neededFurther(0.98, { agreed: 6, n: 6 }, 0.05)).toBe(143);
  expect(neededFurther(0.98, { agreed: 99, n: 100 }, 0.05)).toBe(136);
  expect(neededFurther(0.98, { agreed: 200, n: 200 }, 0.05)).toBe(0);
});
