import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { anthropicServer } from "../support/anthropic-server.ts";
import { installedProject, runLlmDoTest, runVitest } from "../support/installed-project.ts";

const FILES = {
  "package.json": '{ "type": "module" }\n',
  "vitest.config.ts": `import { llmDo } from "llm-do/vitest/config";
import { defineConfig } from "vitest/config";
export default defineConfig({ plugins: [llmDo()] });
`,
  "main.worker": `---
model: anthropic:claude-haiku-4-5
toolsets:
  sums: { _approval_config: { add: { pre_approved: true } } }
---
You add.
`,
  "tools.ts": `import { tool, toolset } from "llm-do";
import { z } from "zod";
export const asked: number[] = [];
const input = z.object({ a: z.number(), b: z.number() });
const run = ({ a, b }: z.infer<typeof input>) => (asked.push(a), a + b);
export const sums = toolset({ add: tool({ description: "Add.", input, effect: "pure", run }) });
`,
  "inbox/a.txt": "a\n",
};

const HEAD = `import { run } from "llm-do";
import { runTool, ScriptedTransport } from "llm-do/testing";
import { test } from "llm-do/vitest";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { asked, sums } from "./tools.ts";
const project = { files: ["main.worker", "tools.ts"], input: "What is 2 + 3?" };
const answers = [{ tool_call: { name: "add", input: { a: 2, b: 3 } } }, "It is 5."];
export const all = [asked, describe, existsSync, readFileSync, run, runTool, ScriptedTransport, sums, project, answers];
`;

const userProject = (tests: string) =>
  installedProject({ ...FILES, "main.test.ts": `${HEAD}${tests}` });

/** Starting vitest takes seconds, and a test may start it several times. */
const TIMEOUT_MS = 120_000;

describe("a user's own vitest with the plugin", { timeout: TIMEOUT_MS }, () => {
  test("has matchers and fixtures, and imports the project's code as the test does", async () => {
    using folder = userProject(`
let copy = "";
test("runs a project", async ({ llm }) => {
  const run = await llm({ ...project, script: answers });
  expect(run).toHaveOutput(/5/);
  expect(run).toHaveCalled("add", { input: { a: 2 }, output: 5, times: 1 });
  expect(asked).toEqual([2]);
});
test("copies a folder", ({ workspace }) => {
  copy = workspace("inbox");
  expect(readFileSync(copy + "/a.txt", "utf8")).toBe("a\\n");
});
test("whose copy goes away", () => expect(existsSync(copy)).toBe(false));
test("runs a tool", async () => {
  expect(await runTool(sums.tools.add, { a: 1, b: 1 })).toHaveOutput(2);
});
test("asks no model, also through run", async ({ llm }) => {
  await expect(run(project)).rejects.toThrow("off here");
  expect(await llm({ ...project, cassette: "none" })).toHaveFailed({ message: "off here" });
});
`);
    const { code, stdout, stderr } = await runVitest(folder.path, { ANTHROPIC_API_KEY: "k" });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Tests  5 passed");
  });

  test("fails a test whose run ended in an error that nobody expected", async () => {
    using folder = userProject(`
test("looks at nothing", async ({ llm }) => { await llm({ ...project, cassette: "none" }); });
test("expects it", async ({ llm }) => {
  expect(await llm({ ...project, cassette: "none" })).toHaveFailed("configuration");
});
`);
    const { code, stdout, stderr } = await runVitest(folder.path);
    expect([code, stdout.includes("1 failed | 1 passed")]).toEqual([1, true]);
    expect(stderr).toContain("CaseFailed: Failed to ask");
  });

  test("loads code that Node alone does not take, also without the plugin", async () => {
    using folder = installedProject({
      "package.json": "{}",
      "tools.ts": `import { tool } from "llm-do";
import { z } from "zod";
enum Count { Seven = 7 }
export const main = tool({ description: "", input: z.object({}), effect: "pure", run: () => Count.Seven });
`,
      "main.test.ts": `import { test } from "llm-do/vitest";
import { expect } from "vitest";
test("x", async ({ llm }) => {
  expect(await llm({ files: ["tools.ts"], input: {}, cassette: "none" })).toHaveOutput(7);
});
`,
    });
    const { code, stderr } = await runVitest(folder.path);
    expect([code, stderr]).toEqual([0, ""]);
  });

  test("refuses a misspelt mode", async () => {
    using folder = userProject(`
test("x", async ({ llm }) => { await llm({ ...project, script: answers }); });
`);
    const { code, stderr } = await runVitest(folder.path, { LLM_DO_TEST_MODE: "recrod" });
    expect([code, stderr.includes("it must be one of replay, auto, record")]).toEqual([1, true]);
  });
});

describe("a test's own cassette", { timeout: TIMEOUT_MS }, () => {
  const TESTS = `
describe("sums", () => {
  test("adds", async ({ llm }) => {
    expect(await llm(project)).toHaveOutput("It is 5.");
    expect(await llm({ ...project, input: "And 1 + 1?" })).toHaveOutput(/./);
  });
});
`;

  test("is recorded by llm-do test, replayed by vitest, and must be used whole", async () => {
    await using server = await anthropicServer([
      { kind: "text", text: "It is 5." },
      { kind: "text", text: "It is 2." },
    ]);
    using folder = userProject(TESTS);
    const cwd = folder.path;
    const missing = await runLlmDoTest(cwd);
    const advice = 'record it: llm-do test main.test.ts -t "sums adds" --mode record';
    expect([missing.code, missing.stderr]).toEqual([3, expect.stringContaining(advice)]);

    const env = { ANTHROPIC_API_KEY: "k", ANTHROPIC_BASE_URL: server.url };
    expect((await runLlmDoTest(cwd, ["--mode", "record"], env)).code).toBe(0);
    const [path = "", second = ""] = ["sums-adds.yaml", "sums-adds-2.yaml"].map((name) =>
      join(cwd, "cassettes/main.test", name),
    );
    expect([existsSync(path), existsSync(second)]).toEqual([true, true]);
    expect((await runVitest(cwd)).code).toBe(0);

    const [, entry = ""] = readFileSync(path, "utf8").split("\n---\n");
    writeFileSync(path, `${readFileSync(path, "utf8")}---\n${entry}\n`);
    const unused = await runLlmDoTest(cwd);
    const failure = "the cassette holds what the run did not ask for: 1 exchange";
    expect([unused.code, unused.stderr]).toEqual([3, expect.stringContaining(failure)]);
  });
});
