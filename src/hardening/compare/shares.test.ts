import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { counted, percent, percentAtLeast, percentAtMost } from "./shares.ts";

function shareIn(text: string): number {
  return Number(text.replace(" %", "")) / 100;
}

describe("a percentage", () => {
  test("of a lower bound is never above it, of an upper bound never below, by more than a double is off", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
        expect(shareIn(percentAtLeast(share))).toBeLessThanOrEqual(share + 1e-12);
        expect(shareIn(percentAtMost(share))).toBeGreaterThanOrEqual(share - 1e-12);
        expect(Math.abs(shareIn(percent(share)) - share)).toBeLessThanOrEqual(0.5e-4 + 1e-12);
      }),
    );
  });

  test.each([
    [0.05 ** (1 / 299), "99 %"],
    [0.973, "97.3 %"],
    [0.58, "58 %"],
    [1, "100 %"],
  ])("of %d is %s as a lower bound", (share, text) => {
    expect(percentAtLeast(share)).toBe(text);
  });

  test("of less than all is not 100 % as a lower bound", () => {
    expect(percentAtLeast(0.99999)).toBe("99.99 %");
  });

  test("counts are grouped and have their noun's number", () => {
    expect([counted(1, "input"), counted(1049, "input")]).toEqual(["1 input", "1,049 inputs"]);
  });
});
