import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../../model/json.ts";
import { describeComparator } from "./comparator.ts";
import { differencesBetween } from "./differences.ts";
import { suggestComparator } from "./suggest-comparator.ts";

/** Inputs with two samples each. */
function asked(...pairs: readonly (readonly Json[])[]) {
  return pairs.map((outputs) => ({ outputs }));
}

function suggested(inputs: readonly { readonly outputs: readonly Json[] }[]): Json | undefined {
  const found = suggestComparator(inputs);
  return found && describeComparator(found.comparator);
}

const TEXT = { text: { ignore_case: false } };

describe("the comparator that is suggested", () => {
  test("reads JSON in texts, where only the formatting differs", () => {
    const totals = Array.from({ length: 300 }, (_, n) => [
      `{"total": ${n}.50}`,
      `{"total": ${n}.${n % 2 ? "50" : "5"}}`,
    ]);
    expect(suggestComparator(asked(...totals))).toEqual({
      comparator: { kind: "json", values: { kind: "exact" } },
      agreed: 300,
      n: 300,
      exactly: 150,
    });
  });

  test.each<[string, readonly (readonly Json[])[], Json]>([
    [
      "nothing differs",
      [
        ["a", "a"],
        [1, 1],
      ],
      "exact",
    ],
    [
      "nothing helps",
      [
        ["a", "b"],
        ["c", "d"],
      ],
      "exact",
    ],
    [
      "white space differs",
      [
        ["a b", "a  b\n"],
        ["c", "c"],
      ],
      TEXT,
    ],
    [
      "case differs",
      [
        ["Ada", "ADA"],
        ["b", "b "],
      ],
      { text: { ignore_case: true } },
    ],
    [
      "numbers are written differently",
      [["+3.10", "3.1"]],
      { number: { absolute: 1e-9, relative: 0 } },
    ],
    [
      "order differs",
      [
        [
          ["a", "b"],
          ["b", "a"],
        ],
      ],
      { set: "exact" },
    ],
    [
      "order and white space differ",
      [
        [
          ["a", "b"],
          ["b ", "a"],
        ],
      ],
      { set: TEXT },
    ],
    [
      "white space in a list",
      [
        [
          ["a", "b"],
          ["a ", "b"],
        ],
      ],
      { list: TEXT },
    ],
    ["JSON numbers are written differently", [["3.10", "3.1"]], { json: "exact" }],
    [
      "a field of an item differs",
      [[[{ a: 1, b: "x" }], [{ a: 1, b: "x " }]]],
      { list: { fields: { b: TEXT } } },
    ],
    [
      "one field of several differs",
      [
        [
          { name: "Ada", note: "x y" },
          { name: "Ada", note: "x  y" },
        ],
        [
          { name: "B", note: "" },
          { name: "B", note: "" },
        ],
      ],
      { fields: { note: TEXT } },
    ],
    [
      "fields differ in different ways",
      [
        [
          { tags: ["a", "b"], at: { city: "Rome" } },
          { tags: ["b", "a"], at: { city: "Rome " } },
        ],
        [
          { tags: [], at: { city: "x" } },
          { tags: [], at: { city: "x" } },
        ],
      ],
      { fields: { at: { fields: { city: TEXT } }, tags: { set: "exact" } } },
    ],
    [
      "a field of JSON in a text differs",
      [['{"a": "x", "tags": [1, 2]}', '```json\n{"a":"x","tags":[2,1]}\n```']],
      { json: { fields: { tags: { set: "exact" } } } },
    ],
  ])("when %s", (_what, pairs, comparator) => {
    expect(suggested(asked(...pairs))).toEqual(comparator);
  });

  test("is none where no input was asked twice", () => {
    expect(suggestComparator([])).toBeUndefined();
    expect(suggestComparator(asked(["a"], ["b"]))).toBeUndefined();
  });

  test("never leaves a field out, nor lets numbers be far from each other", () => {
    const pairs = Array.from({ length: 20 }, (_, n): Json[] => [
      { id: n, total: 100 },
      { id: n + 1, total: 90 },
    ]);
    expect(suggested(asked(...pairs))).toBe("exact");
  });

  test("agrees as often as it says, and no less often than exact", () => {
    const value = fc.oneof(
      fc.constantFrom<Json>("a", " a", "A", "1.0", "1", 1, '{"a":1}', '{"a": 1.0}'),
      fc.subarray(["x", "y", "Y"]),
      fc.record({ a: fc.constantFrom("x", "x ", 2), b: fc.subarray([1, 2]) }),
    ) as fc.Arbitrary<Json>;
    const inputs = fc.array(fc.record({ outputs: fc.array(value, { maxLength: 3 }) }));
    fc.assert(
      fc.property(inputs, (given) => {
        const found = suggestComparator(given);
        if (!found) return;
        const repeated = given.filter(({ outputs }) => outputs.length > 1);
        const agreed = repeated.filter(({ outputs: [first, ...others] }) =>
          others.every(
            (other) => differencesBetween(first as Json, other, found.comparator).length === 0,
          ),
        );
        expect(found).toMatchObject({ agreed: agreed.length, n: repeated.length });
        expect(found.agreed).toBeGreaterThanOrEqual(found.exactly);
      }),
    );
  });
});
