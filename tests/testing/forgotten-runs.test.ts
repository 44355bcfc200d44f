import { describe, expect, test } from "vitest";
import { WatchedPromise } from "../../src/testing/api/watched-promise.ts";
import { DOUBLING_PROJECT } from "../support/doubling-project.ts";
import { vitestProject } from "../support/vitest-project.ts";

const { "main.worker": main, "tools.ts": tools, "twice.ts": twice } = DOUBLING_PROJECT;

const TESTS = `
import { runTest, runTool } from "llm-do/testing";
import { test } from "llm-do/vitest";
import { describe, expect } from "vitest";
import { numbers } from "./tools.ts";
const project = { files: ["main.worker", "tools.ts"], input: "Double 4." };
const script = ["It is 8."];
const asked = { ...project, script };
describe("forgets", () => {
  test("llm in a plain function", ({ llm }) => { void llm(asked); });
  test("llm in an async function", async ({ llm }) => { llm(asked); });
  test("one of two", async ({ llm }) => { await llm(asked); llm(asked); });
  test("one that ended", async ({ llm }) => { const run = llm(asked); await llm(asked); await new Promise((done) => setTimeout(done, 50)); void run; });
  test("one that throws", ({ llm }) => { void llm({ ...asked, doubles: { duoble: () => 1 } } as never); });
  test("one that somebody waits for elsewhere", ({ llm }) => { void llm(asked).then((run) => expect(run).toHaveOutput("It is 9.")); });
  test.concurrent("llm beside others", ({ llm }) => { void llm(asked); });
  test("runTest", () => { void runTest(asked); });
  test("runTool", () => { void runTool(numbers.tools.double, { n: 1 }); });
});
describe("waits", () => {
  test("with await", async ({ llm }) => { expect(await llm(asked)).toHaveOutput("It is 8."); });
  test("by what it returns", ({ llm }) => llm(asked).then((run) => expect(run).toHaveOutput("It is 8.")));
  test("with resolves", async ({ llm }) => { await expect(llm(asked)).resolves.toMatchObject({ output: "It is 8." }); });
  test("for all", async ({ llm }) => { await Promise.all([llm(asked), llm(asked), runTest(asked)]); });
  test("later", async ({ llm }) => { const run = llm(asked); await new Promise((done) => setTimeout(done, 20)); await run; });
  test("for an error", async ({ llm }) => { await expect(llm({ ...asked, doubles: { duoble: () => 1 } } as never)).rejects.toThrow("duoble"); });
  for (const n of [1, 2, 3]) test.concurrent("beside others " + n, async ({ llm }) => { await llm(asked); await runTest(asked); });
});
`;

test("a test that does not wait for its run fails", { timeout: 60_000 }, async () => {
  using project = vitestProject({
    "main.worker": main,
    "tools.ts": tools,
    "twice.ts": twice,
    "main.test.ts": TESTS,
  });
  const { stdout, stderr, code } = await project.test(["--reporter", "tap-flat", "main.test.ts"]);
  const lines = stdout.matchAll(/^(ok|not ok) \d+ - main\.test\.ts > (\w+) > (.*?) #/gm);
  const results = [...lines].map(([, state, group, name]) => [group, name, state]);
  const wrong = results.filter(([group, , state]) => (group === "waits") !== (state === "ok"));
  expect(wrong, stderr).toEqual([]);
  expect(results).toHaveLength(18);
  expect(code).toBe(1);
  expect(stdout).toContain("without waiting for a call of llm, so it proves nothing about the run");
  expect(stdout).toContain("Try: write await runTool(...), or return its promise");
  expect(stdout + stderr).not.toMatch(/unhandled/i);
});

describe("a promise that is watched", () => {
  test("is a promise, and what then makes is a plain one", async () => {
    const promise = WatchedPromise.of(Promise.resolve(1));
    expect(promise).toBeInstanceOf(Promise);
    expect(promise.isForgotten).toBe(true);
    expect(promise.then()).not.toBeInstanceOf(WatchedPromise);
    expect(await promise).toBe(1);
    expect(promise.isForgotten).toBe(false);
  });

  test.each([
    ["await", async (promise: Promise<unknown>) => void (await promise)],
    ["catch", (promise: Promise<unknown>) => promise.catch(() => 0)],
    ["finally", (promise: Promise<unknown>) => promise.finally(() => 0)],
    ["all", (promise: Promise<unknown>) => Promise.all([promise])],
    ["resolve", async (promise: Promise<unknown>) => Promise.resolve(promise)],
  ])("knows of %s", async (_how, wait) => {
    const promise = WatchedPromise.of(Promise.resolve(1));
    await wait(promise);
    expect(promise.isForgotten).toBe(false);
  });
});
