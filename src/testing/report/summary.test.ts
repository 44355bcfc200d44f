import { expect, test } from "vitest";
import { type FinishedCase, summaryText } from "./summary.ts";

const CASE: FinishedCase = {
  name: "greets",
  cassette: "none",
  mode: "replay",
  summary: undefined,
  failures: [],
  state: "passed",
};

test("labels stand flush right, and the lines of a cause below each other", () => {
  const stale = { ...CASE, causes: ["the model changed"], state: "failed" };
  const [cases = "", first = "", second = ""] = summaryText([CASE, stale], 80).split("\n");
  expect(cases).toBe("      Cases  1 failed, 1 passed (2)");
  expect(first).toMatch(/^ {6}Stale {2}the model changed/);
  expect(second).toMatch(/^ {13} *greets/);
});

test("the name of a case cannot steer the terminal", () => {
  const text = summaryText([{ ...CASE, name: "a\u001b[2Jb\r", samples: "3 of 3" }], 80);
  expect(text).toContain("    Samples  a\\u{1b}[2Jb\\r: 3 of 3\n");
});
