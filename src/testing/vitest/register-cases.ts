import { relative } from "node:path";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { interruptSignal } from "../../host/interrupts.ts";
import { nodeHost } from "../../host/node-host.ts";
import { scratchFoldersIn } from "../../host/node-scratch-folders.ts";
import { parseCases } from "../cases/parse-cases.ts";
import { type CaseOutcome, runCase } from "../cases/run-case.ts";
import type { CaseFile, TestCase } from "../cases/test-case.ts";
import { CaseFailed } from "./case-failed.ts";
import type { CaseReport } from "./case-report.ts";
import { recordingCommand } from "./recording-command.ts";
import { readTestSettings, type TestSettings } from "./test-settings.ts";

/** Beyond the time that a case gives itself: it is told by the call that it hung in. */
const GRACE_MS = 5000;

/** A file of cases, and the test runner that it is for. */
export interface RegisteredCases {
  /** Absolute. */
  readonly path: string;
  /** Imports code the way the test runner does, so that it watches and covers it. */
  readonly importCode: (path: string) => Promise<Record<string, unknown>>;
  /** The vitest that runs the file, whichever this package would find. */
  readonly runner: Pick<typeof import("vitest"), "expect" | "test">;
}

/** Makes a test of each case of a file. The module that stands for a `*.cases.yaml` file calls it. */
export function registerCases({ path, importCode, runner }: RegisteredCases): void {
  const own = nodeHost();
  const settings = told(() => readTestSettings(own.env));
  const scratch = settings.scratch === undefined ? own.scratch : scratchFoldersIn(settings.scratch);
  const host = { ...own, scratch, importCode };
  const file = relative(host.cwd, path);
  const { cases } = told((): CaseFile => parseCases(host.files.readText(path), path, path));
  const interrupted = interruptSignal();
  for (const one of cases) {
    const rerecord = recordingCommand(file, one.name, host.env);
    const timeout = one.timeoutMs * one.samples + GRACE_MS;
    runner.test(one.name, { timeout, meta: {} }, async ({ task, signal: ended }) => {
      const signal = AbortSignal.any([ended, interrupted]);
      const outcome = await runCase(one, { ...settings, host, rerecord, signal });
      task.meta.llmDo = await reportOf(one, outcome, { ...settings, host });
      if (outcome.failures.length > 0) {
        throw new CaseFailed(outcome.failures, one.place);
      }
      if (one.expect.snapshot) runner.expect(outcome.run?.output).toMatchSnapshot();
    });
  }
}

async function reportOf(
  one: TestCase,
  outcome: CaseOutcome,
  { mode, tellsAll, host }: TestSettings & { readonly host: Host },
): Promise<CaseReport> {
  const report = {
    name: one.name,
    cassette: one.cassette,
    mode,
    ledger: outcome.run?.ledger,
    failures: outcome.failures.map(({ kind }) => kind),
  };
  if (!tellsAll) return report;
  const { traceOf } = await import("../report/case-trace.ts");
  return { ...report, trace: traceOf(one, outcome, host) };
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
