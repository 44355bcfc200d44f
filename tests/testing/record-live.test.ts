import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { anthropicServer, type MessagesBody, type Reply } from "../support/anthropic-server.ts";
import type { CliResult } from "../support/cli.ts";
import { installedProject, runLlmDoTest, runVitest } from "../support/installed-project.ts";

const TIMEOUT_MS = 120_000;

const WORKER = "---\nmodel: anthropic:claude-haiku-4-5\n---\nYou greet.\n";
const CASES = `
cases:
  - name: greets
    input: Hello, I am Ada.
    expect: { output: { contains: ada } }
`;
const TESTS = `
import { openProject, run } from "llm-do";
import { runTest } from "llm-do/testing";
import { test } from "llm-do/vitest";
import { expect } from "vitest";
const project = { files: [import.meta.dirname + "/main.worker"], input: "In code: ADA" };
test("greets in code", async ({ llm }) => {
  expect(await llm(project)).toHaveOutput(/code: ada/);
});
test("asks nothing without a cassette", async ({ llm }) => {
  await expect(run(project)).rejects.toThrow("off here");
  expect(await llm({ ...project, cassette: "none" })).toHaveFailed({ message: "off here" });
  expect((await runTest(project)).error?.message).toContain("off here");
});
`;
const PLAIN = {
  "package.json": '{ "type": "module" }\n',
  "main.worker": WORKER,
  "main.cases.yaml": CASES,
  "main.test.ts": TESTS,
};
const config = (text: string) => `import { llmDo } from "llm-do/vitest/config";
import { defineConfig } from "vitest/config";
export default defineConfig(${text});
`;

/** What people have: each with the folder that the files of the project are in. */
const LAYOUTS: Readonly<Record<string, { readonly [file: string]: string }>> = {
  "no configuration": PLAIN,
  "the plugin": { ...PLAIN, "vitest.config.ts": config("{ plugins: [llmDo()] }") },
  "a configuration without the plugin, and set-up files": {
    ...PLAIN,
    "vitest.config.ts": config('{ test: { setupFiles: ["./setup.ts"], environment: "node" } }'),
    "setup.ts": "globalThis.isSetUp = true;\n",
  },
  "projects without the plugin": {
    ...PLAIN,
    "vitest.config.ts": config('{ test: { projects: [{ test: { name: "unit" } }] } }'),
  },
};

const PROJECTS = {
  ...PLAIN,
  "vitest.config.ts": config(
    '{ plugins: [llmDo()], test: { projects: [{ extends: true, test: { name: "unit" } }] } }',
  ),
};

/** Says what it was told last, in small letters. */
function echo({ messages }: MessagesBody): Reply {
  return { kind: "text", text: JSON.stringify(messages.at(-1)?.content ?? "").toLowerCase() };
}

const recordings = ["cassettes/main/greets.yaml", "cassettes/main.test/greets-in-code.yaml"];

const recorded = (folder: string) => recordings.filter((path) => existsSync(join(folder, path)));

const ended = ({ code, stdout, stderr }: CliResult) => ({
  code,
  said: code === 0 ? "" : stdout + stderr,
});

const PASSED = { code: 0, said: "" };

describe("recording asks a live model", { timeout: TIMEOUT_MS }, () => {
  for (const [layout, files] of Object.entries(LAYOUTS)) {
    test(`for cases and for tests in code, and none in a replay, with ${layout}`, async () => {
      await using server = await anthropicServer(echo);
      using folder = installedProject(files);
      const auto = await runLlmDoTest(folder.path, ["--mode", "auto"], server.env);
      expect(ended(auto)).toEqual(PASSED);
      expect([server.requests.length, recorded(folder.path)]).toEqual([2, recordings]);
      expect(ended(await runLlmDoTest(folder.path, [], server.env))).toEqual(PASSED);
      expect(server.requests).toHaveLength(2);
    });
  }

  test("not for what is on record, but for what is recorded anew, with projects and the plugin", async () => {
    await using server = await anthropicServer(echo);
    using folder = installedProject(PROJECTS);
    const { path } = folder;
    const record = await runLlmDoTest(path, ["--mode", "record"], server.env);
    expect([ended(record), server.requests.length]).toEqual([PASSED, 2]);
    expect(recorded(path)).toEqual(recordings);
    const auto = await runLlmDoTest(path, ["--mode", "auto"], server.env);
    expect([ended(auto), server.requests.length]).toEqual([PASSED, 2]);
    const anew = await runLlmDoTest(path, ["--mode", "record"], server.env);
    expect([ended(anew), server.requests.length]).toEqual([PASSED, 4]);
    const replay = await runLlmDoTest(path, [], { ...server.env, CI: "1" });
    expect([ended(replay), server.requests.length]).toEqual([PASSED, 4]);
  });

  test("in the packages of a workspace, each with a configuration of its own", async () => {
    await using server = await anthropicServer(echo);
    const inside = Object.entries(LAYOUTS["the plugin"] ?? {});
    using folder = installedProject({
      "package.json": PLAIN["package.json"],
      "vitest.config.ts": config('{ test: { projects: ["packages/*"] } }'),
      ...Object.fromEntries(inside.map(([name, text]) => [`packages/a/${name}`, text])),
      ...Object.fromEntries(inside.map(([name, text]) => [`packages/b/${name}`, text])),
    });
    const auto = await runLlmDoTest(folder.path, ["--mode", "auto"], server.env);
    expect(ended(auto)).toEqual(PASSED);
    expect(server.requests).toHaveLength(4);
    for (const name of ["a", "b"]) {
      expect(recorded(join(folder.path, "packages", name))).toEqual(recordings);
    }
    expect(ended(await runVitest(folder.path))).toEqual(PASSED);
  });

  test("under plain vitest with LLM_DO_TEST_MODE", async () => {
    await using server = await anthropicServer(echo);
    using folder = installedProject(LAYOUTS["the plugin"] ?? {});
    const env = { ...server.env, LLM_DO_TEST_MODE: "record" };
    expect(ended(await runVitest(folder.path, env))).toEqual(PASSED);
    expect([server.requests.length, recorded(folder.path)]).toEqual([2, recordings]);
    expect(ended(await runVitest(folder.path))).toEqual(PASSED);
  });

  test("but not where the person who records forbids it, or allows other models", async () => {
    await using server = await anthropicServer(echo);
    using folder = installedProject(LAYOUTS["the plugin"] ?? {});
    for (const requests of ["off", "openai:*"]) {
      const env = { ...server.env, LLM_DO_MODEL_REQUESTS: requests };
      const { code, stderr } = await runLlmDoTest(folder.path, ["--mode", "record"], env);
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining(`LLM_DO_MODEL_REQUESTS=${requests}`),
      ]);
    }
    expect([server.requests.length, recorded(folder.path)]).toEqual([0, []]);
  });
});
