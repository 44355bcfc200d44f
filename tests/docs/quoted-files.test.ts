import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { repository } from "../support/cli.ts";
import { blocksOf } from "../support/console-blocks.ts";

const pages = readdirSync(resolve(repository, "docs"), { recursive: true, encoding: "utf8" })
  .filter((page) => page.endsWith(".md"))
  .map((page) => `docs/${page}`);

const quoted = pages.flatMap((page) =>
  blocksOf(page).flatMap(({ file, text, line }) =>
    file ? [{ file, text, at: `${page}:${line}` }] : [],
  ),
);

test("pages quote the programs among the examples", () => {
  const files = quoted.map(({ file }) => file);
  for (const name of [
    "server/server",
    "batch/batch",
    "web_approvals/server",
    "help_desk/desk.test",
  ]) {
    expect(files).toContain(`examples/${name}.ts`);
  }
});

test.each(quoted)("$at is $file as it stands", ({ file, text }) => {
  expect(text).toBe(readFileSync(resolve(repository, file), "utf8"));
});
