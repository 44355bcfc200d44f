import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOLDOUT_SHARE, splitInput } from "./distinct-inputs.ts";

const inputs = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Parameters<typeof splitInput>[0]>;

describe("the split", () => {
  test("does not depend on the order of keys", () => {
    expect(splitInput({ a: 1, b: { c: 2, d: 3 } })).toEqual(
      splitInput({ b: { d: 3, c: 2 }, a: 1 }),
    );
  });

  test("is the same after a round trip through a file", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        expect(splitInput(JSON.parse(JSON.stringify(input)))).toEqual(splitInput(input));
      }),
    );
  });

  test("never moves: these inputs have stood on these sides from the beginning", () => {
    const sides = Array.from({ length: 12 }, (_, index) => splitInput({ input: `mail ${index}` }));
    expect(sides.map(({ side }) => side[0]).join("")).toBe("tthtthtthttt");
    expect(sides[0]?.key).toBe("b066869235dcfbb49a632e987837d577a2665d9b008bc9858c3f0630bbbf8a56");
  });

  test("holds out a fifth", () => {
    const count = 20_000;
    let heldOut = 0;
    const keys = new Set<string>();
    for (let index = 0; index < count; index++) {
      const { key, side } = splitInput({ input: `message ${index}` });
      keys.add(key);
      if (side === "holdout") heldOut++;
    }
    expect(keys.size).toBe(count);
    // Four standard errors.
    const slack = 4 * Math.sqrt((HOLDOUT_SHARE * (1 - HOLDOUT_SHARE)) / count);
    expect(Math.abs(heldOut / count - HOLDOUT_SHARE)).toBeLessThan(slack);
  });

  test("tells a text from the object that it is the text of", () => {
    expect(splitInput('{"a":1}').key).not.toBe(splitInput({ a: 1 }).key);
  });
});
