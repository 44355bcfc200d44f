import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitInput } from "./distinct-inputs.ts";

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

  test("never moves: these inputs have stood on these sides since split 2", () => {
    const sides = Array.from({ length: 12 }, (_, index) => splitInput({ input: `mail ${index}` }));
    expect(sides.map(({ side }) => side[0]).join("")).toBe("ttththtthhth");
    expect(sides[0]?.key).toBe("dd9f9fac3597e67ca242545b138cb924825c5be92f8bc62c5d83d7d93d6b6bef");
  });

  test.each([undefined, 0.2, 0.8])(
    "holds out the ledger's share, half unless it says so: %s",
    (holdout) => {
      const count = 20_000;
      const share = holdout ?? 0.5;
      let heldOut = 0;
      const keys = new Set<string>();
      for (let index = 0; index < count; index++) {
        const { key, side } = splitInput({ input: `message ${index}` }, holdout);
        keys.add(key);
        if (side === "holdout") heldOut++;
      }
      expect(keys.size).toBe(count);
      // Four standard errors.
      const slack = 4 * Math.sqrt((share * (1 - share)) / count);
      expect(Math.abs(heldOut / count - share)).toBeLessThan(slack);
    },
  );

  test("tells a text from the object that it is the text of", () => {
    expect(splitInput('{"a":1}').key).not.toBe(splitInput({ a: 1 }).key);
  });
});
