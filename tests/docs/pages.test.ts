import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { repository } from "../support/cli.ts";
import { folderAfter, prepareFolder, printed, shownCommands } from "../support/console-blocks.ts";
import { exampleNames } from "../support/examples.ts";
import { temporaryFolder } from "../support/host.ts";

const pages = [
  "README.md",
  ...exampleNames().map((name) => `examples/${name}/README.md`),
  ...readdirSync(resolve(repository, "docs"), { recursive: true, encoding: "utf8" })
    .filter((page) => page.endsWith(".md"))
    .map((page) => `docs/${page}`),
].filter((page) => shownCommands(page).length > 0);

/** A page may show dozens of commands, and each is a process of its own. */
const PAGE_TIMEOUT_MS = 180_000;

describe("what the pages show is what the commands print", () => {
  test("the README shows commands, and so may an example", () => {
    expect(pages).toContain("README.md");
    expect(pages).toContain("examples/recursive_summarizer/README.md");
  });

  // Each page has a folder of its own, and its commands wait for processes.
  test.concurrent.each(pages)("%s", { timeout: PAGE_TIMEOUT_MS }, async (page) => {
    using folder = temporaryFolder();
    const env = prepareFolder(folder.path);
    let current = folder.path;
    for (const { command, output, line } of shownCommands(page)) {
      const told = await printed(command, current, env);
      current = folderAfter(command, current);
      expect(told, `${page}:${line}: ${command}`).toBe(output);
    }
  });
});
