import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { EFFECT_ANNOTATIONS } from "../../src/mcp-server/annotations.ts";
import { repository } from "../support/cli.ts";
import { rowsBelow } from "../support/reference-table.ts";

const page = readFileSync(resolve(repository, "docs/mcp.md"), "utf8");

test("docs/mcp.md says what clients are told of each effect", () => {
  const rows = rowsBelow(page, "### What clients are told of a tool");
  const told = Object.entries(EFFECT_ANNOTATIONS).map(([effect, annotations]) => [
    effect,
    ...Object.values(annotations).map(String),
  ]);
  const written = rows.map(([who = "", ...hints]) => [/^`?(\w+)/.exec(who)?.[1], ...hints]);
  expect(written).toEqual(told);
});
