import { describe, expect, test } from "vitest";
import { parseSet } from "../../src/worker/overrides.ts";
import { load, workerFile } from "../support/loading.ts";

/** The report of a project whose worker's `toolsets` are these lines; the first is line 3. */
async function reportOf(...lines: readonly string[]): Promise<string> {
  const file = workerFile("toolsets:", ...lines.map((line) => `  ${line}`));
  const { report } = await load({ "main.worker": file });
  return report;
}

describe("what is wrong in a configuration is reported at its own line and column", () => {
  test("a misspelt key of a rule, with the key that is meant", async () => {
    const rule = "    - { pattern: ls, aproval_required: false }";
    expect(await reportOf("shell:", "  rules:", rule)).toBe(
      [
        'Failed to load "main.worker": "shell" refused its configuration: unknown key "aproval_required" in "toolsets.shell.rules[0]"',
        "  at main.worker:5:24",
        'Try: write "approval_required"',
      ].join("\n"),
    );
  });

  test.each<[lines: readonly string[], place: string, hint: string]>([
    [["shell:", "  default:", "    aproval_required: no"], "5:7", 'write "approval_required"'],
    [["shell:", "  rules:", "    - pattern: ls", "    - patern: ls"], "6:9", 'write "pattern"'],
    [["shell:", "  sandbox: { netwrk: [] }"], "4:16", 'write "network"'],
    [["filesystem:", "  base_path: .", "  read_aproval: yes"], "5:5", 'write "read_approval"'],
    [["mcp:", "  command: npx", "  arg: [-y]"], "5:5", 'write "args"'],
    [["mcp:", "  files:", "    comand: npx"], "5:7", 'write "command"'],
    [["mcp:", "  command: npx", "  sandbox:", "    writeable: a"], "6:7", 'write "writable"'],
    [["workers:", "  foldr: made"], "4:5", 'write "folder"'],
    [["workers:", "  toolsets:", "    shell: { rule: [] }"], "5:16", 'write "rules"'],
  ])("the misspelt key of %j", async (lines, place, hint) => {
    const report = await reportOf(...lines);
    expect(report).toContain(`\n  at main.worker:${place}\n`);
    expect(report.split("\n").at(-1)).toBe(`Try: ${hint}`);
  });

  test.each<[lines: readonly string[], place: string, reason: string]>([
    [["shell:", "  rules:", "    - exact: yes"], "5:9", '"toolsets.shell.rules[0]" has no pattern'],
    [["shell:", "  rules: [{ pattern: no }]"], "4:24", 'rules[0].pattern" must be the first words'],
    [["shell: { env: { A: [1] } }"], "3:22", '"toolsets.shell.env.A" must be text, not a list'],
    [["mcp: { command: a, args: [b, {}] }"], "3:32", '"toolsets.mcp.args[1]" must be text, not'],
    [["mcp: { url: no-address }"], "3:15", '"toolsets.mcp.url" must be an http or https address'],
    [["workers: { folder: ../x }"], "3:22", '"toolsets.workers.folder" must be the path of a'],
  ])("the wrong value of %j", async (lines, place, reason) => {
    const report = await reportOf(...lines);
    expect(report).toContain(reason);
    expect(report).toContain(`\n  at main.worker:${place}`);
  });

  test("where --set gave it, the flag is the place", async () => {
    const { report } = await load(
      { "main.worker": workerFile("toolsets: { shell: { rules: [{ pattern: ls }] } }") },
      { overrides: [parseSet("toolsets.shell.rules[0].exactly=true")] },
    );
    expect(report).toContain("\n  at --set toolsets.shell.rules[0].exactly\n");
  });
});

test("yes and no without quotes are booleans, and no texts", async () => {
  expect(await reportOf("shell: { default: { approval_required: no } }")).toBe("");
  expect(await reportOf("filesystem: { read_approval: off, write_approval: on }")).toBe("");
  const report = await reportOf("filesystem: { base_path: no }");
  expect(report).toContain('base_path" must be the path of a folder, not false');
  expect(report).toContain('Try: write it in quotes: "no"');
});
