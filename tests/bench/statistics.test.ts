import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { interleave, median, medianOf } from "../../bench/statistics.ts";

describe("the median", () => {
  test("is the middle value, or the mean of the two in the middle", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([10, 9])).toBe(9.5);
  });

  test("has as many values below it as above it", () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 });
    fc.assert(
      fc.property(values, (numbers) => {
        const middle = median(numbers);
        const below = numbers.filter((value) => value < middle).length;
        const above = numbers.filter((value) => value > middle).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(numbers.length / 2);
      }),
    );
  });

  test("of nothing is an error, not a number", () => {
    expect(() => median([])).toThrow(RangeError);
  });

  test("of ratios is unmoved by a slow moment that hits both sides", () => {
    const rounds = [10, 11, 900, 12, 10].map((base) => ({ base, twice: base * 2 }));
    expect(medianOf(rounds, ({ base, twice }) => twice / base)).toBe(2);
  });
});

describe("interleaving", () => {
  test("measures in turn, and throws the warm-up rounds away", async () => {
    const order: string[] = [];
    let count = 0;
    const measure = (name: string) => () => {
      order.push(name);
      return ++count;
    };
    const measures = { a: measure("a"), b: measure("b") };
    const rounds = await interleave(measures, { rounds: 2, warmUps: 1 });
    expect(order.join("")).toBe("ababab");
    expect(rounds).toEqual([
      { a: 3, b: 4 },
      { a: 5, b: 6 },
    ]);
  });
});
