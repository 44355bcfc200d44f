import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { MapFormat, Shape } from "../../src/format/map.ts";
import { lowerBound } from "../../src/statistics/clopper-pearson.ts";
import { CALL, CASE, EXPECT } from "../../src/testing/cases/file/case-keys.ts";
import { parseCases } from "../../src/testing/cases/file/parse-cases.ts";
import { MATCHER } from "../../src/testing/cases/file/value-matcher.ts";
import { repository } from "../support/cli.ts";
import { blocksOf } from "../support/console-blocks.ts";
import { rowsOf } from "../support/described.ts";
import { rowsBelow } from "../support/reference-table.ts";

const page = readFileSync(resolve(repository, "docs/cases.md"), "utf8");

describe("docs/cases.md", () => {
  test.each([
    ["## A case", CASE],
    ["## What is expected", EXPECT],
    ["### Calls", CALL],
    ["### Matchers", MATCHER],
  ])("%s has the rows that the code has", (heading, format: MapFormat<Shape>) => {
    expect(rowsBelow(page, heading)).toEqual(rowsOf(format));
  });

  test("has an example that is read, and defaults that are true", () => {
    const text = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
    const { cases } = parseCases(text, "/p/main.cases.yaml");
    expect(cases.map(({ name }) => name)).toEqual(["greets by name", "files what is in the inbox"]);
    expect(cases[0]).toMatchObject({
      timeoutMs: 30_000,
      minPass: 1,
      cassette: "/p/cassettes/main/greets-by-name.yaml",
      approvals: { kind: "recorded" },
    });
  });

  test("gives the exact bound of its example", () => {
    const bound = lowerBound({ agreed: 18, n: 20 }, 0.05);
    expect(page).toContain(`no more than ${(bound * 100).toFixed(1)} %`);
  });
});

describe("files of cases on the pages about testing", () => {
  const pages = ["docs/testing.md", ...readdirSync(resolve(repository, "docs/testing"), "utf8")];
  const shown = pages
    .map((name) => (name.startsWith("docs/") ? name : `docs/testing/${name}`))
    .flatMap((name) => blocksOf(name).map((block) => ({ ...block, name })))
    .filter(({ language, text }) => language === "yaml" && /^cases:/m.test(text));

  test("are there", () => {
    expect(shown.length).toBeGreaterThan(1);
  });

  test.each(shown)("$name:$line is read", ({ text }) => {
    expect(parseCases(text, "/p/main.cases.yaml").cases).not.toEqual([]);
  });
});
