import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { appendCase, CannotAppend, firstCase } from "./append-case.ts";

/** Texts that YAML trips over, among ordinary ones. */
const anyText = fc.oneof(
  fc.lorem({ maxCount: 20 }),
  fc.string({ unit: fc.constantFrom("a", " ", "\n", "-", ":", "#", '"', "{"), maxLength: 12 }),
  fc.constantFrom("yes", "null", "- a", "a: b", "  two\n lines\n", "---\n", "1", ""),
);

const anyCase = fc.record({
  name: anyText,
  input: fc.oneof(anyText, fc.dictionary(fc.constantFrom("a", "b"), anyText)),
  expect: fc.record({
    output: anyText,
    calls: fc.array(fc.record({ function: anyText, times: fc.nat(3) }), { maxLength: 2 }),
  }),
});

/** Files as people write them, around the same cases. */
const FILES = [
  "# ours\nworker: a.worker\ncases:\n  # the first\n  - name: a # so\n    input: |\n      hi\n\n  -   name: b\n      expect: { output: x }  # tail\n  # the end\nmodel: m\n",
  "cases:\n- name: a\n  input: q",
  "cases:\n  - name: a\n    input: |+\n      x\n\n\n# after\n",
  "cases:\n  - name: a\n    input: |+\n      x\n",
  "cases:\n  - { name: a }\n\n\nmodel: m\n",
  "cases:\r\n  - name: a\r\n    input: >\r\n      folded\r\n      text\r\n",
  "cases:\n    - name: a\n      expect:\n...\n",
  "cases:\n  - &first\n    name: a\n  - *first\n",
];

describe("a case that is appended", () => {
  test("is read as what it is, and everything before it stays to the letter", () => {
    fc.assert(
      fc.property(fc.constantFrom(...FILES), anyCase, (before, added) => {
        const after = appendCase(before, added);
        expect(parse(after).cases).toEqual([...parse(before).cases, added]);
        expect(withoutAddition(before, after)).toBe(before);
      }),
    );
  });

  test("has the indent and the line ends of the file, and stands below its last case", () => {
    const file = "# ours\ncases:\n    - name: a\n      # why\n      input: x\nmodel: m\n";
    expect(appendCase(file, { name: "b", expect: { output: "y" } })).toBe(
      '# ours\ncases:\n    - name: a\n      # why\n      input: x\n\n    - name: b\n      expect:\n        output: "y"\nmodel: m\n',
    );
    expect(appendCase("cases:\r\n- name: a", { name: "b" })).toBe(
      "cases:\r\n- name: a\r\n\r\n- name: b\r\n",
    );
  });

  test.each([
    ["in brackets", "cases: [{ name: a }]\n"],
    ["no list", "cases: 3\n"],
  ])("is refused where the cases are %s", (_what, text) => {
    expect(() => appendCase(text, { name: "b" })).toThrow(CannotAppend);
  });
});

test("the first case of a file is read as what it is", () => {
  fc.assert(
    fc.property(anyCase, (added) => {
      const text = firstCase(added, "# yaml-language-server: $schema=node_modules/a.json");
      expect(text).toMatch(/^# yaml-language-server: \$schema=node_modules\/a\.json\n/);
      expect(parse(text)).toEqual({ cases: [added] });
    }),
  );
});

/** What is left when the one stretch that is new is taken out. */
function withoutAddition(before: string, after: string): string {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  return after.slice(0, start) + after.slice(after.length - (before.length - start));
}
