import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../../model/json.ts";
import { majorityOf } from "./majority.ts";
import { readComparator } from "./read-comparator.ts";

const by = (comparator: Json) => readComparator(comparator, "compare");

describe("the majority of samples", () => {
  test.each<[readonly [Json, ...Json[]], Json, Json]>([
    [["a"], "exact", "a"],
    [["a", "b"], "exact", "a"],
    [["a", "b", "b"], "exact", "b"],
    [["a", "b", "c"], "exact", "a"],
    [["b", "a", "a", "b"], "exact", "b"],
    [[{ a: 1, b: 2 }, 3, { b: 2, a: 1 }], "exact", { a: 1, b: 2 }],
    [['{"t":1}', '{"t":2.0}', '{"t": 2}'], "json", '{"t":2.0}'],
    [["x", "y ", "y"], "text", "y "],
    [["x", "y ", "y"], "exact", "x"],
    // With a tolerance, the one in the middle has the most that are close to it.
    [[1, 1.4, 1.8], { number: { absolute: 0.5 } }, 1.4],
  ])("of %j by %j is %j", (outputs, comparator, majority) => {
    expect(majorityOf(outputs, by(comparator))).toEqual(majority);
  });

  test("is one of the samples that no other is given more often than, the first of them", () => {
    const samples = fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(samples, ([first = "", ...others]) => {
        const outputs = [first, ...others] as const;
        const times = (one: string) => outputs.filter((other) => other === one).length;
        const most = Math.max(...outputs.map(times));
        expect(majorityOf(outputs)).toBe(outputs.find((output) => times(output) === most));
      }),
    );
  });
});
