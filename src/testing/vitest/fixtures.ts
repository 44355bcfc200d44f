import { dirname, resolve } from "node:path";
import { test as base, type TestContext } from "vitest";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { nodeHost } from "../../host/node-host.ts";
import { asksAnew, type Failure, isNotRecorded } from "../run/failure.ts";
import { copyWorkspace, type WorkCopy } from "../run/work-copy.ts";
import { CaseFailed } from "./case-failed.ts";
import { type Llm, LlmRuns } from "./llm-runs.ts";
import type { NamedTest } from "./test-cassette-path.ts";
import { readTestSettings } from "./test-settings.ts";

/** What tests get beside what vitest gives them. */
export interface LlmDoFixtures {
  /**
   * Runs a project against a cassette of the test's own, in the mode that `llm-do test --mode` says.
   * The test fails at its end when a run ended in an error that it did not expect, asked for nothing
   * that its cassette holds, or left something of it unused.
   */
  llm: Llm;
  /**
   * Copies a folder, named relative to the test's file, into a temporary one that goes away with the
   * test.
   *
   * @returns the absolute path of the copy
   */
  workspace: (folder: string) => string;
}

/**
 * vitest's `test` with the fixtures of llm-do.
 *
 * @example
 * test("greets by name", async ({ llm }) => {
 *   const run = await llm({ files: ["main.worker"], input: "Hello, I am Ada." });
 *   expect(run).toHaveOutput(/Ada/);
 * });
 */
export const test = base.extend<LlmDoFixtures>({
  workspace: async ({ task }, use) => {
    const host = testHost();
    const copies: WorkCopy[] = [];
    await use((folder) => {
      const from = resolve(dirname(task.file.filepath), folder);
      const copy = copyWorkspace(from, { file: task.file.filepath }, host);
      copies.push(copy);
      return copy.path;
    });
    for (const copy of copies) copy[Symbol.dispose]();
  },
  llm: async ({ task, signal, skip }, use) => {
    const host = testHost();
    const named = namedTest(task);
    const settings = readTestSettings(host.env);
    using runs = new LlmRuns({ test: named, host, settings, signal, skip });
    await use(runs.run);
    await runs.end();
    // Of a test that failed, what it did not come to is not looked at.
    const hasFailed = task.result?.state === "fail";
    const ended = runs.failures();
    const failures = [...ended, ...settleRecordings(runs, !hasFailed && ended.length === 0, host)];
    const isCassettes = failures.length > 0 && failures.every(({ kind }) => kind === "cassette");
    const report = runs.report(hasFailed && !isCassettes ? [] : failures);
    if (report) task.meta.llmDo = report;
    if (failures.length > 0 && !hasFailed && !failures.some(isNotRecorded))
      throw new CaseFailed(failures, testPlace(task));
    // Where output is undefined, an assertion about it does not say why.
    const untold = hasFailed ? runs.untold() : [];
    if (untold.length > 0) throw new CaseFailed(untold, testPlace(task));
  },
});

/** The old recordings of a test stay unless it passed. */
function settleRecordings(runs: LlmRuns, isKept: boolean, host: Host): readonly Failure[] {
  try {
    for (const leftover of runs.settle({ isKept })) {
      const kept = `The cassette is unchanged; what was recorded is in ${leftover}`;
      host.stderr.write(`${kept}\n${asksAnew(runs.rerecord)}\n`);
    }
    return [];
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return [{ kind: "cassette", message: error.report() }];
  }
}

/**
 * Code is imported as vitest imports the test itself, which then mocks, watches and covers it. Without
 * the plugin Node loads this file, and the project's code is loaded as every other command loads it.
 */
function testHost(): Host {
  const isInlined = "env" in import.meta; // vitest gives it to the modules that it runs itself
  if (!isInlined) return nodeHost();
  return { ...nodeHost(), importCode: (path) => import(/* @vite-ignore */ path) };
}

type Task = TestContext["task"];

function namedTest(task: Task): NamedTest {
  const names = [task.name];
  for (let { suite } = task; suite; suite = suite.suite) names.unshift(suite.name);
  return { file: task.file.filepath, names, id: task.id };
}

function testPlace({ file, location }: Task) {
  return { file: file.filepath, ...(location ? { line: location.line } : {}) };
}
