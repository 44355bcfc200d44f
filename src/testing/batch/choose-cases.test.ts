import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { nodeHost } from "../../host/node-host.ts";
import { alignedRows } from "../../words/aligned-rows.ts";
import { caseChoice } from "./case-choice.ts";
import { chosenCases } from "./choose-cases.ts";

const folder = mkdtempSync(join(tmpdir(), "llm-do-choice-"));
afterAll(() => rmSync(folder, { recursive: true }));
for (const name of ["main", "sub/other"]) {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  const cases = [`{ name: "${name} greets" }`, `{ name: "${name} sorts (all)" }`];
  writeFileSync(join(folder, `${name}.cases.yaml`), `cases: [${cases.join(", ")}]\n`);
}
writeFileSync(join(folder, "package.json"), "{}");

function chosen(words: readonly string[], cwd = folder): readonly string[] {
  const host = { ...nodeHost(), cwd };
  return chosenCases(caseChoice(words, "--models"), host).map(({ one }) => one.name);
}

describe("the chosen cases", () => {
  test.each([
    [[], ["main greets", "main sorts (all)", "sub/other greets", "sub/other sorts (all)"]],
    [["other"], ["sub/other greets", "sub/other sorts (all)"]],
    [["./main.cases.yaml"], ["main greets", "main sorts (all)"]],
    [["sub", "-t", "greets"], ["sub/other greets"]],
    [
      ["-t", "^main"],
      ["main greets", "main sorts (all)"],
    ],
    [["--testNamePattern=sorts \\(all\\)$"], ["main sorts (all)", "sub/other sorts (all)"]],
    [["nothing"], []],
  ])("of %j are %j", (words, names) => {
    expect(chosen(words)).toEqual(names);
  });

  test("are those at or below the current folder", () => {
    expect(chosen([], join(folder, "sub"))).toEqual(["sub/other greets", "sub/other sorts (all)"]);
  });

  test.each([
    [["-t"], "no pattern follows it"],
    [["-t", "("], "Invalid regular expression"],
    [["--watch"], "--models runs cases without vitest"],
  ])("of %j are none: it is refused", (words, reason) => {
    try {
      chosen(words);
      expect.unreachable("it is taken");
    } catch (error) {
      if (!isLlmDoError(error)) throw error;
      expect(error.exitCode).toBe(2);
      expect(error.report()).toContain(reason);
    }
  });
});

test("a table is as wide as its widest cells, also where rows are short", () => {
  expect(alignedRows([["a", "bb"], ["long"], ["c", "d", "e"]], { left: [0] })).toEqual([
    "a     bb",
    "long",
    "c      d  e",
  ]);
  expect(alignedRows([])).toEqual([]);
});
