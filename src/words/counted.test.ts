import { expect, test } from "vitest";
import { counted, grouped, times } from "./counted.ts";

test.each([
  [0, "0 inputs"],
  [1, "1 input"],
  [1049, "1,049 inputs"],
])("%d counted with its noun is %s", (count, text) => {
  expect(counted(count, "input")).toBe(text);
});

test("a noun may have a plural of its own", () => {
  expect([1, 2].map((count) => counted(count, "entry", "entries"))).toEqual([
    "1 entry",
    "2 entries",
  ]);
});

test("thousands are grouped", () => {
  expect([999, 1000, 1_234_567].map(grouped)).toEqual(["999", "1,000", "1,234,567"]);
});

test("once is said in a word", () => {
  expect([1, 3, 1200].map(times)).toEqual(["once", "3 times", "1,200 times"]);
});
