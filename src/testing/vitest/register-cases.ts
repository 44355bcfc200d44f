import { relative } from "node:path";
import { expect, test } from "vitest";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { nodeHost } from "../../host/node-host.ts";
import { parseCases } from "../cases/parse-cases.ts";
import { type CaseOutcome, type CaseSettings, runCase } from "../cases/run-case.ts";
import type { CaseFile, TestCase } from "../cases/test-case.ts";
import { CaseFailed } from "./case-failed.ts";
import type { CaseReport } from "./case-report.ts";
import { readTestSettings } from "./test-settings.ts";

/** Beyond the time that a case gives itself: it is told by the call that it hung in. */
const GRACE_MS = 5000;

/**
 * Makes a test of each case of a file. The module that stands for a `*.cases.yaml` file calls it.
 *
 * @param importCode imports code the way the test runner does, so that it watches and covers it
 */
export async function registerCases(
  path: string,
  importCode: (path: string) => Promise<Record<string, unknown>>,
): Promise<void> {
  const host = { ...nodeHost(), importCode };
  const file = relative(host.cwd, path);
  const base = { ...told(() => readTestSettings(host.env)), host };
  const { cases } = told((): CaseFile => parseCases(host.files.readText(path), path, path));
  for (const one of cases) {
    const command = `llm-do test ${file} -t ${JSON.stringify(one.name)}`;
    const rerecord = `${command} --mode record`;
    const timeout = one.timeoutMs * one.samples + GRACE_MS;
    test(one.name, { timeout, meta: {} }, async ({ task }) => {
      const outcome = await runCase(one, { ...base, rerecord });
      task.meta.llmDo = reportOf(one, outcome, base);
      if (outcome.failures.length > 0) {
        throw new CaseFailed(one.name, outcome.failures, one.place);
      }
      if (one.expect.snapshot) expect(outcome.run?.output).toMatchSnapshot();
    });
    const settings = { ...base, rerecord };
    const varied = { one, settings, timeoutMs: one.timeoutMs + GRACE_MS, command };
    if (base.mutate) {
      const { registerMutations } = await import("./register-mutations.ts");
      await registerMutations(varied);
    }
    if (base.faults) {
      const { registerFaults } = await import("./register-faults.ts");
      registerFaults(varied, base.faults);
    }
  }
}

function reportOf(
  one: TestCase,
  { run, failures, changes = [] }: CaseOutcome,
  { mode }: Pick<CaseSettings, "mode">,
): CaseReport {
  return {
    name: one.name,
    cassette: one.cassette,
    mode,
    ledger: run?.ledger,
    failures: failures.map(({ kind }) => kind),
    ...(changes.length > 0 ? { changes } : {}),
  };
}

/** What a person did wrong is told in full, without the stack of who found it. */
function told<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    const told = new Error(error.report());
    told.stack = "";
    throw told;
  }
}
