import fc from "fast-check";
import { expect, test } from "vitest";
import { roundedDown } from "./rounded.ts";

test("a number is never shown above itself, and less than a step below", () => {
  const values = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(values, fc.integer({ min: 0, max: 4 }), (value, digits) => {
      const shown = Number(roundedDown(value, digits));
      expect(shown).toBeLessThanOrEqual(value);
      expect(value - shown).toBeLessThan(10 ** -digits * 1.0001);
    }),
  );
});

test("a number with as many digits stays as it is", () => {
  expect(roundedDown(0.58, 2)).toBe("0.58");
  expect(roundedDown(0.0011, 4)).toBe("0.0011");
});

test("a number just below a bound does not read as the bound", () => {
  expect(roundedDown(19.996, 2)).toBe("19.99");
  expect(roundedDown(0.399, 2)).toBe("0.39");
});
