import { hash } from "node:crypto";
import { join, relative } from "node:path";
import { withWorkerFile } from "../../../cassette/miss/causes.ts";
import { isLlmDoError, LlmDoError } from "../../../errors/llm-do-error.ts";
import type { FileSystem } from "../../../host/files/file-system.ts";
import { scratchFoldersIn } from "../../../host/files/node-scratch-folders.ts";
import { keepHeapSmall } from "../../../host/heap.ts";
import type { Host } from "../../../host/host.ts";
import { interruptSignal } from "../../../host/interrupts.ts";
import { nodeHost } from "../../../host/node-host.ts";
import { terminalText } from "../../../words/printable.ts";
import { judgementsOf } from "../../cases/check/judge-lines.ts";
import { tallyText } from "../../cases/check/run-samples.ts";
import { parseCases } from "../../cases/file/parse-cases.ts";
import type { CaseFile, CaseRange, TestCase } from "../../cases/file/test-case.ts";
import { type CaseOutcome, runCase } from "../../cases/run/run-case.ts";
import type { CaseReport } from "../../report/report-data.ts";
import type { CaseRun } from "../../run/case-run.ts";
import { type Failure, isNotRecorded } from "../../run/failure.ts";
import { budgetOf } from "../../run/shared-budget.ts";
import { recordingCommand } from "../../settings/recording-command.ts";
import { readTestSettings, type TestSettings } from "../../settings/test-settings.ts";
import { moveRecording, recordingOfRenamed, renamedHint } from "../../status/renamed-case.ts";
import { CaseFailed, toldError } from "../test/case-failed.ts";
import { endAfter } from "../test/end-after.ts";
import type { TestRunner } from "./varied-case.ts";

/** Beyond the time that a case gives itself: it is told by the call that it hung in. */
const GRACE_MS = 5000;

/** While recording: waits that providers ask for count for nobody. */
const RETRY_GRACE_MS = 600_000;

/** A file of cases, and the test runner that it is for. */
export interface RegisteredCases {
  /** Absolute. */
  readonly path: string;
  /** Imports code the way the test runner does, so that it watches and covers it. */
  readonly importCode: (path: string) => Promise<Record<string, unknown>>;
  readonly runner: TestRunner;
  /** The cases that are run of it. Default: all. */
  readonly range?: CaseRange | undefined;
}

/** Makes a test of each case of a file. */
export async function testsOfCases({
  path,
  importCode,
  runner,
  range,
}: RegisteredCases): Promise<void> {
  const own = nodeHost();
  const settings = told(() => readTestSettings(own.env));
  const scratch = settings.scratch === undefined ? own.scratch : scratchFoldersIn(settings.scratch);
  const host = { ...own, scratch, importCode };
  const file = relative(host.cwd, path);
  const { cases } = told((): CaseFile => parseCases(host.files.readText(path), path, path));
  const { samples } = settings;
  const budget = budgetOf(settings, host);
  const graceMs = settings.mode === "replay" ? GRACE_MS : GRACE_MS + RETRY_GRACE_MS;
  const interrupted = interruptSignal();
  const firstOf = new Map<string, string>();
  for (const written of cases.slice(range?.from, range?.to)) {
    const one = { ...written, samples: Math.max(written.samples, samples ?? 1) };
    const rerecord = recordingCommand(file, one.name, { env: host.env, samples });
    const calls = one.expect.judge ? 2 : 1; // its judge has as much time as its run
    const times = settings.mode === "replay" ? 1 : 2; // what is recorded is replayed once
    const timeout = one.timeoutMs * one.samples * calls * times + graceMs;
    const name = terminalText(one.name);
    runner.test(
      name,
      { timeout, meta: {} },
      async ({ task, signal: ended, skip, onTestFinished }) => {
        keepHeapSmall();
        told(() => claim(one, path, settings.scratch, host));
        const signal = AbortSignal.any([ended, interrupted]);
        const accept = ({ output }: CaseRun) => {
          if (one.expect.snapshot) runner.expect(output).toMatchSnapshot();
        };
        const renamed = recordingOfRenamed(one, { path, cases }, host);
        if (renamed !== undefined && settings.mode !== "replay" && one.cassette !== "none") {
          told(() => moveRecording(renamed, one.cassette, host));
        }
        const running = runCase(one, { ...settings, host, rerecord, signal, budget, accept });
        endAfter(running, onTestFinished, host);
        const outcome = await running;
        task.meta.llmDo = await reportOf(one, outcome, { ...settings, host });
        const unrecorded = outcome.failures.find(isNotRecorded);
        if (unrecorded) skip(`not recorded: ${unrecorded.message}`);
        if (outcome.failures.length > 0) {
          const failures = withHint(outcome.failures, renamed, settings);
          throw failed(one, { ...outcome, failures }, firstOf);
        }
        if (outcome.rejection) throw outcome.rejection.thrown;
      },
    );
    const command = `llm-do test ${file} -t ${JSON.stringify(one.name)}`;
    const timeoutMs = one.timeoutMs + GRACE_MS;
    const varied = { one, settings: { ...settings, host, rerecord }, timeoutMs, command, runner };
    if (settings.mutate) {
      const { registerMutations } = await import("./register-mutations.ts");
      await registerMutations(varied);
    }
    if (settings.faults) {
      const { registerFaults } = await import("./register-faults.ts");
      registerFaults(varied, settings.faults);
    }
  }
}

/**
 * What is thrown for a case that failed: in full, unless a case before it in the file failed for the
 * same change of the project.
 *
 * @param firstOf names of cases by the cause that they were the first to have
 */
function failed(
  one: TestCase,
  { failures }: CaseOutcome,
  firstOf: Map<string, string>,
): CaseFailed {
  const [cause, ...others] = causesOf(one, failures);
  if (cause === undefined || others.length > 0) return new CaseFailed(failures, one.place);
  const first = firstOf.get(cause) ?? one.name;
  firstOf.set(cause, first);
  if (first === one.name) return new CaseFailed(failures, one.place);
  return CaseFailed.alike(cause, first, one.place);
}

function causesOf({ files }: TestCase, failures: CaseOutcome["failures"]): readonly string[] {
  const causes = failures.flatMap(({ cause }) => cause ?? []);
  return [...new Set(causes)].map((cause) => withWorkerFile(cause, files));
}

/** What is wrong with a case, and in a replay which recording fits that has another name. */
function withHint(
  failures: readonly Failure[],
  renamed: string | undefined,
  { mode }: TestSettings,
): readonly Failure[] {
  const [first, ...others] = failures;
  if (!first || renamed === undefined || mode !== "replay") return failures;
  return [{ ...first, message: `${first.message}\n${renamedHint(renamed)}` }, ...others];
}

/** @throws LlmDoError `cases` where a case of another file has the same cassette */
function claim(one: TestCase, path: string, folder: string | undefined, host: Host): void {
  if (folder === undefined || one.cassette === "none") return;
  const owner = claimCassette(one.cassette, path, { folder, files: host.files });
  if (owner !== undefined) throw sharedBetweenFiles(one, relative(host.cwd, owner));
}

async function reportOf(
  one: TestCase,
  outcome: CaseOutcome,
  { mode, tellsAll, host }: TestSettings & { readonly host: Host },
): Promise<CaseReport> {
  const judgements = judgementsOf(outcome.runs);
  const unrecorded = outcome.failures.find(isNotRecorded);
  const causes = causesOf(one, outcome.failures);
  const report = {
    name: one.name,
    cassette: one.cassette,
    mode,
    summary: outcome.run?.summary,
    failures: outcome.failures.map(({ kind }) => kind),
    ...(unrecorded ? { notRecorded: unrecorded.reason ?? "" } : {}),
    ...(causes.length > 0 ? { causes } : {}),
    ...(outcome.samples ? { samples: tallyText(outcome.samples) } : {}),
    ...(judgements.length > 0 ? { judgements } : {}),
    ...(outcome.changes?.length ? { changes: outcome.changes } : {}),
    ...(outcome.performed?.length ? { performed: outcome.performed } : {}),
  };
  if (!tellsAll) return report;
  const { traceOf } = await import("../../report/case-trace.ts");
  return { ...report, trace: traceOf(one, outcome, host) };
}

/** What a person did wrong is told in full, without the stack of who found it. */
function told<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    throw toldError(error);
  }
}

/** What all processes that run tests of one run of the test runner can see. */
interface Claims {
  /** Absolute. */
  readonly folder: string;
  readonly files: FileSystem;
}

/**
 * Takes a cassette for the cases of one file. Two files of cases that share one would record over each
 * other's answers, and neither knows of the other when it is read.
 *
 * @param cassette absolute path
 * @param file absolute path of the file of cases
 * @returns the file whose case has it already, undefined where none has
 */
export function claimCassette(
  cassette: string,
  file: string,
  { folder, files }: Claims,
): string | undefined {
  const claim = join(folder, `cassette-${hash("sha256", cassette)}`);
  if (files.createExclusive(claim, file)) return undefined;
  const owner = files.readText(claim);
  if (owner === file) return undefined;
  if (uses(owner, cassette, files)) return owner;
  files.write(claim, file);
  return undefined;
}

/** Where tests are watched, files of cases change after they were read. */
function uses(file: string, cassette: string, files: FileSystem): boolean {
  try {
    return parseCases(files.readText(file), file).cases.some((one) => one.cassette === cassette);
  } catch {
    return false; // it is gone, or runs no case
  }
}

/** @param other the file whose case has the cassette, as a person knows it */
function sharedBetweenFiles({ name, cassette, place }: TestCase, other: string): LlmDoError {
  return new LlmDoError({
    code: "cases",
    verb: "run",
    what: name,
    reason: `it shares the cassette ${cassette} with a case of ${other}`,
    place,
    tries: ["give each its own: what one records takes the place of what the other needs"],
  });
}
