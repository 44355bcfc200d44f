import fc from "fast-check";
import { expect, test } from "vitest";
import { fillVariables, literalText, parseVariableText, variablesOf } from "./variable-text.ts";

const place = { file: "llm-do.yaml", line: 3, column: 9 };

function filled(text: string, env: Record<string, string> = {}): string | undefined {
  const parsed = parseVariableText(text, place);
  return parsed && fillVariables(parsed, env);
}

test.each([
  ["plain", "plain"],
  ["", ""],
  ["${A}", "1"],
  ["Bearer ${A}", "Bearer 1"],
  ["${A}${B}-${A}", "12-1"],
  ["$${A}", "${A}"],
  ["$A costs 5$", "$A costs 5$"],
  ["{${A}}", "{1}"],
  ["${C}", ""],
])("%j is filled as %j", (text, expected) => {
  expect(filled(text, { A: "1", B: " 2\n" })).toBe(expected);
});

test.each(["${", "${}", "${A", "${A-B}", "${1A}", "a ${ A } b"])("%j names no variable", (text) => {
  expect(parseVariableText(text, place)).toBeUndefined();
});

test("its variables are named once, and its place is kept", () => {
  const parsed = parseVariableText("${A} ${B} ${A} $${C}", place);
  expect(parsed && variablesOf(parsed)).toEqual(["A", "B"]);
  expect(parsed?.place).toEqual(place);
});

test("a literal text means what it says", () => {
  expect(fillVariables(literalText("${A}", place), { A: "1" })).toBe("${A}");
});

test("any text is kept to the letter, with each ${ written as $${", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("$", "{", "}", "A", " ") }), (text) => {
      fc.pre(!text.includes("$${"));
      expect(
        filled(
          text.replaceAll("${", () => "$${"),
          { A: "wrong" },
        ),
      ).toBe(text);
    }),
  );
});
