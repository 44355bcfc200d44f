import fc from "fast-check";
import { expect, test } from "vitest";
import { headerProblem, isHeaderName } from "./header-value.ts";

function isTakenByFetch(name: string, value: string): boolean {
  try {
    new Headers({ [name]: value });
    return true;
  } catch {
    return false;
  }
}

const text = fc.string({
  unit: fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    fc.integer({ min: 0, max: 0x17f }).map((code) => String.fromCodePoint(code)),
  ),
  maxLength: 8,
});

test("what has no problem is a value that fetch takes", () => {
  fc.assert(
    fc.property(text, (value) => {
      if (headerProblem(value) === undefined) expect(isTakenByFetch("a", value)).toBe(true);
    }),
  );
});

test("the names of headers are those that fetch takes", () => {
  fc.assert(
    fc.property(text, (name) => {
      expect(isHeaderName(name)).toBe(isTakenByFetch(name, "a"));
    }),
  );
});

test.each([
  ["sk-1\nsk-2", "a line break"],
  ["sk-1\r", "a line break"],
  ["sk-\u2026", "a character beyond Latin-1"],
  ["sk-\u0000", "a control character"],
  ["sk-\u007f", "a control character"],
])("%j has one that is named", (value, problem) => {
  expect(headerProblem(value)).toContain(problem);
  expect(headerProblem(value)).not.toContain("sk-");
});
