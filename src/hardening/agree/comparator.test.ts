import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Json } from "../../model/json.ts";
import { type Comparator, comparatorHash, describeComparator } from "./comparator.ts";
import { parseComparator } from "./declared-comparator.ts";
import { readComparator } from "./read-comparator.ts";

const tolerance = fc.double({ min: 0.001, max: 10, noNaN: true });

const { comparators } = fc.letrec<{ comparators: Comparator }>((tie) => ({
  comparators: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constant<Comparator>({ kind: "exact" }),
    fc.record({ kind: fc.constant("text" as const), ignoreCase: fc.boolean() }),
    fc.record({ kind: fc.constant("number" as const), absolute: tolerance, relative: tolerance }),
    fc.record({
      kind: fc.constantFrom("list" as const, "set" as const),
      items: tie("comparators"),
    }),
    fc.record({ kind: fc.constant("json" as const), values: tie("comparators") }),
    fc.record({
      kind: fc.constant("fields" as const),
      fields: fc
        .array(
          fc.tuple(
            fc.oneof(fc.string(), fc.constant("__proto__")),
            fc.oneof(tie("comparators"), fc.constant<Comparator>({ kind: "ignore" })),
          ),
          { maxLength: 4 },
        )
        .map((entries) => new Map(entries)),
    }),
  ),
}));

describe("a comparator's description", () => {
  test("reads to the comparator that it describes", () => {
    fc.assert(
      fc.property(comparators, (comparator) => {
        const description = describeComparator(comparator);
        expect(readComparator(description, "compare")).toEqual(comparator);
        expect(parseComparator(JSON.stringify(description), "compare.json")).toEqual(comparator);
      }),
    );
  });

  test.each<[string, Json]>([
    ["exact", "exact"],
    ["text", { text: { ignore_case: false } }],
    ["text: { ignore_case: yes }", { text: { ignore_case: true } }],
    ["json", { json: "exact" }],
    ["json: { set: text }", { json: { set: { text: { ignore_case: false } } } }],
    ["set", { set: "exact" }],
    ["set: text", { set: { text: { ignore_case: false } } }],
    ["number: { absolute: 0.5 }", { number: { absolute: 0.5, relative: 0 } }],
    [
      "fields:\n  note: ignore\n  items: { list: { number: { relative: 0.1 } } }",
      { fields: { note: "ignore", items: { list: { number: { absolute: 0, relative: 0.1 } } } } },
    ],
  ])("%j has its defaults filled in", (yaml, description) => {
    expect(describeComparator(parseComparator(yaml, "compare.yaml"))).toEqual(description);
  });

  test.each([
    ["exakt", '"compare" must be one of exact, text, json, set, not text "exakt"', 'write "exact"'],
    ["3", '"compare" must be a comparator', undefined],
    ["[exact]", '"compare" must be a comparator', undefined],
    ["{}", '"compare" must have one key that says how, not 0', undefined],
    ["{ text: {}, set: exact }", '"compare" must have one key that says how, not 2', undefined],
    ["{ txt: {} }", 'unknown key "txt" in "compare"', 'write "text"'],
    ["{ text: { case: no } }", 'unknown key "case" in "compare.text"', undefined],
    ["number", '"compare" has no tolerance', "write number: { absolute: 0.01 }"],
    ["{ number: {} }", '"compare.number" has no tolerance', "write number: { absolute: 0.01 }"],
    [
      "{ number: { absolute: -1 } }",
      '"compare.number.absolute" must be a number of at least 0',
      undefined,
    ],
    ["ignore", '"compare" must compare something', undefined],
    ["{ json: ignore }", '"compare.json" must compare something', undefined],
    ["{ set: ignore }", '"compare.set" must compare something', undefined],
    ["{ fields: { a: { list: ignore } } }", '"compare.fields.a.list" must compare', undefined],
    ["{ fields: [a] }", '"compare.fields" must be a map of comparators, not a list', undefined],
  ])("%j is refused", (yaml, reason, hint) => {
    try {
      parseComparator(yaml, "compare.yaml");
      expect.unreachable();
    } catch (error) {
      if (!isLlmDoError(error)) throw error;
      expect(error).toMatchObject({ code: "configuration", place: { line: 1 } });
      expect(error.reason).toContain(reason);
      if (hint) expect(error.tries.join()).toContain(hint);
    }
  });

  test("is given by name where it is wrong in code", () => {
    expect(() => readComparator({ set: 1 }, "the option compare")).toThrow(
      'Failed to read "the option compare": "compare.set" must be a comparator',
    );
  });
});

describe("a comparator's hash", () => {
  test("is the same for all ways to write it", () => {
    const hashes = ["text", "text: {}", "text: { ignore_case: false }"].map((yaml) =>
      comparatorHash(parseComparator(`${yaml}`, "f")),
    );
    expect(new Set(hashes).size).toBe(1);
    const [one, other] = ["{ a: exact, b: text }", "{ b: text, a: exact }"].map((fields) =>
      comparatorHash(parseComparator(`fields: ${fields}`, "f")),
    );
    expect(one).toBe(other);
  });

  test("differs for comparators that differ", () => {
    fc.assert(
      fc.property(comparators, comparators, (one, other) => {
        const described = [one, other].map((comparator) => describeComparator(comparator));
        const areSame =
          JSON.stringify(sorted(described[0])) === JSON.stringify(sorted(described[1]));
        expect(comparatorHash(one) === comparatorHash(other)).toBe(areSame);
      }),
    );
  });

  test("never changes, so that a certificate stays valid", () => {
    expect(comparatorHash({ kind: "exact" })).toBe(
      "3a3c2db9bea1fdb713c41ec20d45630f5527a1a94727ddfcc145187467c1a789",
    );
  });
});

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}
