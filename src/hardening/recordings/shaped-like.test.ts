import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Json } from "../../model/json.ts";
import { shapeOf } from "./shape.ts";
import { shapedLike } from "./shaped-like.ts";

const anyInput = fc.record({
  input: fc.oneof(fc.string(), fc.lorem(), fc.string({ unit: "binary" })),
  rest: fc.jsonValue() as fc.Arbitrary<Json>,
});

describe("values that are shaped like examples", () => {
  test("are those of a shape that an example has", () => {
    const { accepts } = shapedLike([{ input: "Mon, 3 Aug 2026" }, { input: "2026-08-03" }]);
    expect(accepts({ input: "Tue, 4 Sep 2027" })).toBe(true);
    expect(accepts({ input: "1999-12-31" })).toBe(true);
    expect(accepts({ input: "yesterday" })).toBe("no example has its shape");
  });

  test("are all accepted when they are generated", () => {
    fc.assert(
      fc.property(
        fc.array(anyInput, { minLength: 1, maxLength: 3 }),
        fc.nat(),
        (examples, seed) => {
          const shaped = shapedLike(examples);
          for (const value of fc.sample(shaped.generate(fc), { seed, numRuns: 5 })) {
            expect(shaped.accepts(value)).toBe(true);
          }
        },
      ),
    );
  });

  test("differ from the examples when they are generated", () => {
    const { generate } = shapedLike([{ input: "Mon, 3 Aug 2026", n: 3 }]);
    const made = fc.sample(generate(fc), { seed: 1, numRuns: 50 });
    expect(new Set(made.map(({ input }) => input)).size).toBeGreaterThan(10);
    expect(new Set(made.map((value) => shapeOf(value))).size).toBe(1);
  });

  test("fit the schema when they are generated, however few do", () => {
    const schema = z.object({ colour: z.enum(["red", "blue"]), n: z.int().min(3).max(4) });
    const { generate } = shapedLike([{ colour: "red", n: 4 }], schema);
    for (const value of fc.sample(generate(fc), { seed: 1, numRuns: 100 })) {
      expect(schema.safeParse(value).success).toBe(true);
    }
  });

  test("need an example", () => {
    expect(() => shapedLike([])).toThrow("needs an example");
  });
});
