import fc from "fast-check";
import { expect, test } from "vitest";
import { colourOf, scaleOf, shareDomain, ticksTo } from "./axes.ts";

test("ticks begin at 0, rise evenly and reach the largest value with few of them", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (largest) => {
      const ticks = ticksTo(largest);
      expect(ticks[0]).toBe(0);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(largest * (1 - 1e-8));
      expect(ticks.at(-2)).toBeLessThan(largest);
      expect(ticks.length).toBeLessThanOrEqual(6);
    }),
  );
  expect(ticksTo(0)).toEqual([0, 1]);
});

test("an axis of shares begins below everything that it shows, and as late as it can", () => {
  expect(shareDomain([0.985, 0.98])).toEqual({ from: 0.95, to: 1 });
  expect(shareDomain([0.85])).toEqual({ from: 0.8, to: 1 });
  expect(shareDomain([])).toEqual({ from: 0.95, to: 1 });
  expect(shareDomain([0, Number.NaN])).toEqual({ from: 0, to: 1 });
});

test("a scale keeps every value within the plot", () => {
  fc.assert(
    fc.property(fc.double(), fc.double(), fc.double(), (from, to, value) => {
      const at = scaleOf({ from, to }, 10, 90)(value);
      expect(at).toBeGreaterThanOrEqual(10);
      expect(at).toBeLessThanOrEqual(90);
    }),
  );
});

test("there is a colour for every series, however many there are", () => {
  expect([0, 7, 8].map(colourOf)).toEqual(["m1", "m8", "m1"]);
});
