import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { EXIT } from "../../src/errors/codes.ts";
import { runCli } from "../support/cli.ts";
import { runCliHere } from "../support/cli-here.ts";
import { folderWith } from "../support/cli-project.ts";
import { vitestProject } from "../support/vitest-project.ts";

const WORKER = "---\nmodel: anthropic:claude-haiku-4-5\ntoolsets: [broken, outer]\n---\nTriage.\n";

/** Throws at line 7, in a file that needs a transform, or not. */
function tools(before: string): string {
  return `import { tool } from "llm-do";
import { z } from "zod";
${before}
interface Deep { readonly foo: number }
function deep(): number {
  const nothing = undefined as unknown as Deep;
  return nothing.foo + 1;
}
export const broken = tool({ description: "Break.", input: z.object({}), effect: "pure", approval: "allow", run: () => deep() });
export const outer = tool({ description: "Call.", input: z.object({}), effect: "pure", approval: "allow", run: (_input, ctx) => ctx.call("broken", {}) });
`;
}

const FILES = {
  "w.worker": WORKER,
  "s.yaml":
    "- tool_call: { name: broken, input: {} }\n- tool_call: { name: broken, input: {} }\n- sorry.\n",
  "plain.ts": tools(""),
  "enum.ts": tools("enum Color { Red }"),
};

const REASON = "Cannot read properties of undefined (reading 'foo')";

describe.each([
  ["plain.ts", runCliHere],
  // A process of its own: the places of a file that was transformed come from Node's source maps.
  ["enum.ts", runCli],
])("what a tool of %s throws", (file, command) => {
  test("is told with its place, and with its stack by --debug", async () => {
    using folder = folderWith(FILES);
    const cwd = folder.path;
    const entry = await command([file, "{}", "-e", "broken"], { cwd });
    expect(entry).toEqual({
      code: EXIT.failed,
      stdout: "",
      stderr: `Failed to run "broken": ${REASON}\n  at ${file}:7:18\n`,
    });
    const { stderr } = await command([file, "{}", "-e", "broken", "--debug"], { cwd });
    expect(stderr).toMatch(new RegExp(`at deep \\(.*${file}(?:\\?.*)?:7:18\\)`));
    const outer = await command([file, "{}", "-e", "outer"], { cwd });
    expect(outer.stderr).toContain(`\n  at ${file}:7:18\n`);
  });

  test("under a worker warns once, without -v", async () => {
    using folder = folderWith(FILES);
    const ran = await command(["w.worker", file, "Go.", "-e", "w", "--script", "s.yaml"], {
      cwd: folder.path,
    });
    expect(ran).toEqual({
      code: EXIT.done,
      stdout: "sorry.\n",
      stderr: `warning: broken threw: ${REASON} (${file}:7:18)\n`,
    });
    const words = ["w.worker", file, "Go.", "-e", "w", "--script", "s.yaml", "--debug"];
    const { stderr } = await command(words, { cwd: folder.path });
    expect(stderr).toMatch(
      new RegExp(`^warning: .*\\n    at deep \\(.*${file}(?:\\?.*)?:7:18\\)\\n`),
    );
  });
});

test("what a built-in tool tells a model is no warning", async () => {
  using folder = folderWith({
    "w.worker":
      "---\nmodel: anthropic:claude-haiku-4-5\ntoolsets: { filesystem: { base_path: . } }\n---\nRead.\n",
    "s.yaml": "- tool_call: { name: read_file, input: { path: none.txt } }\n- sorry.\n",
  });
  const { stderr } = await runCliHere(["w.worker", "Go.", "--script", "s.yaml", "--approve-all"], {
    cwd: folder.path,
  });
  expect(stderr).toBe("");
});

test("a failed test shows file, line and stack of what a tool threw", {
  timeout: 60_000,
}, async () => {
  using project = vitestProject({
    ...FILES,
    "t.cases.yaml":
      "files: [enum.ts]\ncases:\n  - { name: breaks, entry: broken, input: {}, cassette: none }\n",
    "t.test.ts": `import { runTool } from "llm-do/testing";
import { test } from "llm-do/vitest";
import { expect } from "vitest";
import { broken } from "./plain.ts";
test("breaks", async () => { expect(await runTool(broken, {})).toHaveOutput(1); });
`,
  });
  const { stderr } = await project.test();
  const deep = (file: string) => `    at deep (${join(project.path, file)}:7:18)`;
  expect(stderr).toContain(`  at enum.ts:7:18\n${deep("enum.ts")}`);
  expect(stderr).toContain(`  at plain.ts:7:18\n${deep("plain.ts")}`);
});

test("a key in what a tool throws is not in the warning", async () => {
  const key = "kP3vX9qL2mZ8wR5tY7uB4nC6";
  using folder = folderWith({
    ...FILES,
    "keyed.ts": tools("").replace(
      "nothing.foo + 1",
      '(() => { throw new Error("401 for " + process.env["SERVICE_API_KEY"]); })()',
    ),
  });
  const { code, stderr } = await runCli(
    ["w.worker", "keyed.ts", "Go.", "-e", "w", "--script", "s.yaml", "--debug"],
    { cwd: folder.path, env: { SERVICE_API_KEY: key } },
  );
  expect([code, stderr]).toEqual([
    EXIT.done,
    expect.stringContaining("broken threw: 401 for <secret>"),
  ]);
  expect(stderr).not.toContain(key);
});
