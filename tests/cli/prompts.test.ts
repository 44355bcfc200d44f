import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { TOOLS_EXAMPLE } from "../../src/project/project-files.ts";
import { repository } from "../support/cli.ts";
import { runCliHere } from "../support/cli-here.ts";
import { folderWith } from "../support/cli-project.ts";
import { installedProject } from "../support/installed-project.ts";

/** A worker whose answers say which prompt it was given. */
const FILES = {
  "main.worker": "---\nmodel: script:answers.yaml\n---\nYou repeat.\n",
  "answers.yaml": [
    "--verbose please explain",
    "-h is a flag.",
    "From standard input.",
    "Review main.ts",
  ]
    .map(
      (text) =>
        `- { text: ${JSON.stringify(`got: ${text}`)}, when: { contains: ${JSON.stringify(text)} } }\n`,
    )
    .join(""),
};

describe("a prompt arrives as it was meant", () => {
  test.each<[string, readonly string[], string]>([
    ["after --", ["main.worker", "--", "--verbose please explain"], "--verbose please explain"],
    ["after flags and --", ["main.worker", "--json", "--", "-h is a flag."], "-h is a flag."],
    ["from standard input where it is empty", ["main.worker", ""], "From standard input."],
    ["from standard input where it is blank", ["main.worker", " "], "From standard input."],
    ["with a file's name at its end", ["main.worker", "Review main.ts"], "Review main.ts"],
  ])("%s", async (_where, args, prompt) => {
    using folder = folderWith(FILES);
    const given = { cwd: folder.path, stdin: "From standard input.\n" };
    const { code, stdout } = await runCliHere(args, given);
    expect([code, stdout]).toEqual([0, `got: ${prompt}\n`]);
  });

  test("without a space, however long it is", async () => {
    using folder = folderWith({ ...FILES, "answers.yaml": "- Yes.\n" });
    const { code, stdout } = await runCliHere(["main.worker", "語".repeat(2000)], {
      cwd: folder.path,
    });
    expect([code, stdout]).toEqual([0, "Yes.\n"]);
  });
});

describe("the tools that the error for Python shows", () => {
  const example = `${TOOLS_EXAMPLE.join("\n")}\n`;

  test("run, for a worker of the Python llm-do as it is", async () => {
    using folder = installedProject({
      "main.worker": `---
name: main
model: script:answers.yaml
toolsets:
  calc_tools:
    _approval_config:
      add: { pre_approved: true }
---
You add.
`,
      "answers.yaml": "- tool_call: { name: add, input: { a: 2, b: 3 } }\n- Five.\n",
      "tools.ts": example,
    });
    const args = ["main.worker", "tools.ts", "2 + 3?", "-v"];
    const { code, stdout, stderr } = await runCliHere(args, { cwd: folder.path });
    expect([code, stdout]).toEqual([0, "Five.\n"]);
    expect(stderr).toContain("add gave: 5");
  });

  test("stand on the page that it names", () => {
    const page = readFileSync(resolve(repository, join("docs", "toolsets", "index.md")), "utf8");
    const section = page.slice(page.indexOf("\n## Coming from the Python llm-do\n"));
    expect(section).toContain(example);
  });
});
