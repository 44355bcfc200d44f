import fc from "fast-check";
import { expect, test } from "vitest";
import { rareInterval } from "./rare-interval.ts";
import { interval } from "./time-uniform.ts";

test("a rare share has the bounds of the rest", () => {
  // 388 of 400 single answers agree: at most 7.3 % differ.
  expect(rareInterval({ n: 400, agreed: 12 }, 0.025).upper).toBeCloseTo(0.0727, 4);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3_000 }), fc.nat({ max: 10 }), (n, rare) => {
      fc.pre(rare <= n);
      const { lower, upper } = rareInterval({ n, agreed: rare }, 0.025);
      expect(lower).toBeLessThanOrEqual(rare / n);
      expect(upper).toBeGreaterThanOrEqual(rare / n);
      const claimed = interval({ n, agreed: n - rare }, 0.025);
      expect(lower + claimed.upper).toBeCloseTo(1, 12);
      expect(upper + claimed.lower).toBeCloseTo(1, 12);
    }),
  );
});
