import fc from "fast-check";
import { expect, test } from "vitest";
import { atLeastOf, exactShare } from "../../../../tests/support/exact-binomial.ts";
import { signTestP } from "./adjudication.ts";

const count = fc.integer({ min: 0, max: 120 });

test("the sign test's p is the sum of the binomial at one half, to 1e-10 of it", () => {
  fc.assert(
    fc.property(count, count, (wins, losses) => {
      const sum = atLeastOf(wins, wins + losses, exactShare(0.5, "down"));
      expect(Math.abs(signTestP({ wins, losses }) / sum - 1)).toBeLessThan(1e-10);
    }),
  );
});

test.each([
  [0, 0, 1],
  [0, 7, 1],
  [5, 0, 1 / 32],
  [9, 1, 11 / 1024],
])("%d wins and %d losses have a p of %f", (wins, losses, p) => {
  expect(signTestP({ wins, losses })).toBeCloseTo(p, 12);
});

test.each([
  [-1, 0],
  [0, 0.5],
])("%d wins and %d losses are refused", (wins, losses) => {
  expect(() => signTestP({ wins, losses })).toThrow(RangeError);
});
