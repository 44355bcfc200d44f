import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCliHere } from "../support/cli-here.ts";
import { folderWith } from "../support/cli-project.ts";

const CASES = `files: [main.worker]
cases:
  - { name: one, input: hi, workspace: "in [box] 1" }
  - { name: two, input: hi, workspace: desk }
`;

function git(cwd: string, ...words: readonly string[]): string {
  return execFileSync("git", words, { cwd, encoding: "utf8" });
}

describe("llm-do init", () => {
  test("adds what is missing, and a second time nothing", async () => {
    using folder = folderWith({
      "package.json": "{}",
      "main.cases.yaml": CASES,
      ".gitignore": "node_modules/\n.llm-do/\n",
    });
    const first = await runCliHere(["init"], { cwd: folder.path });
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toMatchInlineSnapshot(`
      ".gitattributes: added
        *.worker text eol=lf
        *.cases.yaml text eol=lf
        **/cassettes/**/*.yaml text eol=lf
        **/cassettes/**/*.blobs/** -text
        **/fixtures/** -text
        **/workspaces/** -text
        desk/** -text
        "in \\\\[box\\\\] 1/**" -text
      .gitignore: added
        *.yaml.recording
        *.yaml.unfinished
        *.yaml.torn
        *.yaml.lock
        *.yaml.lock.*
        *.json.lock*
        *.jsonl.lock*
        .llm-do-*.tmp
      "
    `);
    expect(readFileSync(join(folder.path, ".gitignore"), "utf8")).toMatch(
      /^node_modules\/\n\.llm-do\/\n\n#/,
    );
    const second = await runCliHere(["init", "."], { cwd: folder.path });
    expect(second.stdout).toBe(".gitattributes: nothing to add\n.gitignore: nothing to add\n");
  });

  test("keeps every byte of workspaces and the line endings of recordings, as git sees it", async () => {
    using folder = folderWith({
      "package.json": "{}",
      "main.cases.yaml": CASES,
      "in [box] 1/a.csv": "a\r\n",
      "desk/deep/b.csv": "b\r\n",
      "fixtures/c.txt": "c\r\n",
      "app/cassettes/main/one.yaml": "cassette: 1\r\n",
      "cassettes/main/one.yaml.blobs/x.png": "x\r\n",
      "app/main.worker": "x\r\n",
    });
    git(folder.path, "init", "--quiet");
    git(folder.path, "config", "core.autocrlf", "true");
    await runCliHere(["init"], { cwd: folder.path });
    git(folder.path, "add", ".");
    const stored = (path: string) => git(folder.path, "show", `:${path}`);
    for (const path of ["in [box] 1/a.csv", "desk/deep/b.csv", "fixtures/c.txt"]) {
      expect(stored(path)).toContain("\r\n");
    }
    expect(stored("cassettes/main/one.yaml.blobs/x.png")).toBe("x\r\n");
    expect(stored("app/cassettes/main/one.yaml")).toBe("cassette: 1\n");
    expect(stored("app/main.worker")).toBe("x\n");
  });

  test("makes the folder that is named, and needs no cases that load", async () => {
    using folder = folderWith({ "package.json": "{}", "sub/main.cases.yaml": "cases: [1]\n" });
    expect((await runCliHere(["init", "sub"], { cwd: folder.path })).code).toBe(0);
    const made = await runCliHere(["init", "new/one"], { cwd: folder.path });
    expect(made.stdout).toContain("new/one/.gitattributes: added\n");
    expect(existsSync(join(folder.path, "new/one/.gitignore"))).toBe(true);
  });

  test.each([
    [["init", "file"], /^Failed to write ".*file": it is not a folder\n/],
    [["init", "--json", "--chat"], /unknown option/],
    [["init", "a", "b"], /too many arguments/],
  ])("says what is wrong: %j", async (words, said) => {
    using folder = folderWith({ "package.json": "{}" });
    writeFileSync(join(folder.path, "file"), "");
    const { code, stderr, stdout } = await runCliHere(words, { cwd: folder.path });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(said);
  });
});
