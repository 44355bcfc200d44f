import { expect, test } from "vitest";
import { type Assault, type Attack, failuresOf } from "../../bench/attack/attack.ts";
import { attackTable } from "../../bench/attack/attack-table.ts";

const attack: Attack = {
  name: "words",
  what: "shell words",
  least: 10,
  run: () => Promise.reject(new Error("not run here")),
};

function assault(tried: number, count: number): Assault {
  return { tried, breaches: [{ what: "escapes", count, bound: 0, examples: ["word 7: a;b"] }] };
}

test("an attack that was made in full and did no harm has no failures", () => {
  expect(failuresOf(attack, 10, assault(10, 0))).toEqual([]);
});

test("harm over its bound is told with its examples", () => {
  expect(failuresOf(attack, 10, assault(10, 1))).toEqual([
    "escapes: 1, at most 0",
    "  word 7: a;b",
  ]);
});

test("trials that were not made are a failure, whatever came of the others", () => {
  expect(failuresOf(attack, 10, assault(9, 0))).toEqual(["only 9 of 10 shell words were tried"]);
});

test.each([
  [false, "what         tried  harm       seconds\nshell words  1,000  0 escapes  2\n"],
  [
    true,
    "| what        | tried | harm      | seconds |\n| ----------- | ----- | --------- | ------- |\n| shell words | 1,000 | 0 escapes | 2       |\n",
  ],
])("the table as Markdown: %s", (markdown, text) => {
  const rows = [{ attack, assault: assault(1000, 0), seconds: 2.2 }];
  expect(attackTable(rows, { markdown })).toBe(text);
});
