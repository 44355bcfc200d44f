import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../../../tests/support/seeded-random.ts";
import { unseenShare } from "./good-turing.ts";

describe("the share of inputs with a new shape", () => {
  test("is f1/n", () => {
    expect(unseenShare(["a", "b", "a", "c", "a"])).toEqual({ share: 0.4, seenOnce: 2, n: 5 });
  });

  test("is 1 where each has a shape of its own, and where nothing was seen", () => {
    expect(unseenShare(["a", "b"]).share).toBe(1);
    expect(unseenShare([])).toEqual({ share: 1, seenOnce: 0, n: 0 });
  });

  test("does not depend on the order", () => {
    const shapes = fc.array(fc.constantFrom("a", "b", "c", "d", "e"));
    fc.assert(
      fc.property(shapes, (seen) => {
        expect(unseenShare(seen)).toEqual(unseenShare(seen.toReversed()));
      }),
    );
  });

  test("is on average the share that is really new (seeded)", () => {
    const random = seededRandom(11);
    // Shapes as in traffic: few are frequent, many are rare.
    const draw = () => Math.floor(1 / (random() + 0.002));
    const tail = (shape: number) => Math.min(1, Math.max(0, 1 / shape - 0.002));
    const chanceOf = (shape: number) => tail(shape) - tail(shape + 1);
    const rounds = 400;
    let [estimated, real] = [0, 0];
    for (let round = 0; round < rounds; round++) {
      const seen = Array.from({ length: 100 }, draw);
      estimated += unseenShare(seen.map(String)).share / rounds;
      const known = [...new Set(seen)].reduce((sum, shape) => sum + chanceOf(shape), 0);
      real += (1 - known) / rounds;
    }
    expect(real).toBeGreaterThan(0.05);
    expect(Math.abs(estimated - real)).toBeLessThan(0.01);
  });
});
