import { resolve } from "node:path";
import { CassetteSession } from "../../cassette/session.ts";
import type { ErrorCode } from "../../errors/codes.ts";
import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import type { Host } from "../../host/host.ts";
import { nodeHost } from "../../host/node-host.ts";
import { NO_USAGE } from "../../model/usage.ts";
import type { Project } from "../../project/project.ts";
import { loadProjectConfig } from "../../project/project-config.ts";
import { toJson } from "../../runtime/output.ts";
import { askerOfAnswers } from "../run/asker-of-answers.ts";
import type { CaseRun } from "../run/case-run.ts";
import { LiveRequests } from "../run/live-requests.ts";
import { observeRun } from "../run/observe-run.ts";
import { type OpenedFiles, tellOpened } from "../run/opened-files.ts";
import { budgetOf, type SharedBudget } from "../run/shared-budget.ts";
import { copyWorkspace, type WorkCopy } from "../run/work-copy.ts";
import { readTestSettings, type TestSettings } from "../vitest/test-settings.ts";
import { openTestScript, type TestScript, testEnvironment } from "./answers.ts";
import { DoubledProject } from "./doubled-project.ts";
import { checkAllUsed } from "./scripted-transport.ts";
import type { TestCassette, TestOptions, TestRun } from "./test-options.ts";

/** What is run in a test. */
export interface TestSubject {
  readonly input: unknown;
  /** Loads it, to work in a folder; what it throws is the error of the run. */
  load(host: Host, workFolder: string | undefined): Promise<Project>;
  /** Absolute paths of the project's files, for the header of a cassette; none where it has no files. */
  readonly files: readonly string[];
  readonly onBehalfOf?: WorkerFunction | undefined;
  /** The command that would record the run anew, for advice. */
  readonly rerecord?: string | undefined;
}

/**
 * Runs the subject of a test, with all that the test puts in the place of the world.
 *
 * @throws LlmDoError for what is wrong with the test itself; all that keeps its subject from running,
 * or ends the run, is the error of the run
 */
export async function runObserved(subject: TestSubject, options: TestOptions): Promise<TestRun> {
  const given = options.host ?? nodeHost();
  const settings = readTestSettings(given.env);
  const { mode, tools } = settings;
  const cassette = options.cassette && { mode, ...options.cassette };
  const env = testEnvironment(given.env, { live: options.live, mode });
  const host: Host = { ...given, env };
  const budget = budgetOf(settings, host.files);
  const script = openTestScript(options, host);
  const copy = workCopy(options, host);
  try {
    const run = await runIn(subject, { options, host, cassette, script, copy, tools, budget });
    checkScript(script, run);
    return { ...run, cassette, [Symbol.dispose]: () => copy?.[Symbol.dispose]() };
  } catch (error) {
    copy?.[Symbol.dispose]();
    throw error;
  }
}

interface Setting {
  readonly options: TestOptions;
  readonly host: Host;
  readonly cassette: Required<TestCassette> | undefined;
  readonly script: TestScript | undefined;
  readonly copy: WorkCopy | undefined;
  readonly budget: SharedBudget | undefined;
  /** What the command line says of tools; goes before the test. */
  readonly tools: TestSettings["tools"];
}

async function runIn(subject: TestSubject, setting: Setting): Promise<CaseRun> {
  const { options, host, copy } = setting;
  const { workFolder } = options;
  tellOpened(openedBy(subject, setting));
  const folder = copy?.path ?? (workFolder && resolve(host.cwd, workFolder));
  const loaded = await orError(subject.load(host, folder));
  if (isLlmDoError(loaded)) return notRun(loaded, folder ?? host.cwd);
  const doubled = options.doubles && new DoubledProject(loaded, options.doubles);
  const project = doubled?.project ?? loaded;
  const session = await orError(openSession(subject, project, setting));
  if (isLlmDoError(session)) return notRun(session, project.workFolder);
  const run = closed(session, await observed(subject, { ...setting, project, session }));
  if (!run.error) doubled?.checkNames();
  return run;
}

function openedBy({ files }: TestSubject, { options, host, cassette }: Setting): OpenedFiles {
  const { workspace, script } = options;
  const named = [workspace, script].filter((path) => typeof path === "string");
  return {
    files: [...files, ...named.map((path) => resolve(host.cwd, path))],
    cassettes: cassette ? [resolve(host.cwd, cassette.path)] : [],
  };
}

interface OpenSetting extends Setting {
  readonly project: Project;
  readonly session: CassetteSession | undefined;
}

async function observed(
  { input, onBehalfOf }: TestSubject,
  { options, project, session, host, script, budget }: OpenSetting,
): Promise<Observed> {
  const live = new LiveRequests(budget, () => undefined);
  const signals = [options.signal, live.signal].filter((one) => one !== undefined);
  const running = observeRun({
    project,
    host,
    session,
    input,
    onBehalfOf,
    approvals: approvalsOf(options.approvals),
    model: options.model,
    limits: options.limits ?? {},
    signal: AbortSignal.any(signals),
    script: script?.script,
    transport: options.transport,
    live,
    onEvent: options.onEvent,
  });
  try {
    const run = await orError(running);
    if (isLlmDoError(run)) return notRun(run, project.workFolder);
    if (!live.error) return run;
    const { error, failure } = live;
    const ended = { ...run, output: undefined, error, exitCode: error.exitCode };
    return session && session.mode !== "replay" ? { ...ended, notRecorded: failure } : ended;
  } catch (bug) {
    session?.close({ ok: false }); // another test may want the cassette
    throw bug;
  }
}

async function openSession(
  { files, input, rerecord }: TestSubject,
  { entry, folder, workFolder }: Project,
  { options, cassette, host, tools }: Setting,
): Promise<CassetteSession | undefined> {
  if (!cassette) return undefined;
  // A test that says itself how its cassette is used lets happen what its tools do.
  const isGuarded = options.cassette?.mode === undefined;
  const unrecorded = tools === "recorded" ? "refuse" : "first";
  const run = { files, entry: entry.name, input: toJson(input, entry.name), model: options.model };
  return CassetteSession.open({
    ...cassette,
    path: resolve(host.cwd, cassette.path),
    host,
    tools: tools ?? options.tools,
    ...(isGuarded ? { effects: { unrecorded, byName: new Map(), advice: "test" } } : {}),
    rules: loadProjectConfig(folder, host.files).rules,
    workFolder: workFolder === folder ? undefined : workFolder,
    ...(files.length > 0 ? { run } : {}),
    ...(rerecord === undefined ? {} : { rerecord }),
  });
}

/** Ends of a run that a test may be about, so that what led there is worth keeping. */
const ENDS_OF_RUNS: readonly ErrorCode[] = ["call", "approval-needed", "approval-denied", "limit"];

type Observed = Omit<CaseRun, "ledger">;

function closed(session: CassetteSession | undefined, run: Observed): CaseRun {
  const isEnd = !run.error || ENDS_OF_RUNS.includes(run.error.code);
  const ok = isEnd && !run.notRecorded;
  try {
    const ledger = session?.close({ ok });
    return { ...run, ledger, ...(session ? { performed: session.performed } : {}) };
  } catch (error) {
    // The answers are there and cannot be kept.
    if (!isLlmDoError(error)) throw error;
    return { ...run, output: undefined, error, exitCode: error.exitCode, ledger: undefined };
  }
}

/** In a run that ended well, an answer that nobody asked for is a mistake of the test. */
function checkScript(own: TestScript | undefined, { error, ledger }: CaseRun): void {
  if (!own || own.isShared || error) return;
  // What is on record already was not asked for again.
  if (ledger && ledger.exchanges.served > 0) return;
  checkAllUsed(own.script);
}

function workCopy({ workspace, workFolder }: TestOptions, host: Host): WorkCopy | undefined {
  if (workspace === undefined) return undefined;
  if (workFolder === undefined) {
    return copyWorkspace(resolve(host.cwd, workspace), undefined, host);
  }
  throw new LlmDoError({
    code: "usage",
    verb: "run",
    what: "test",
    reason: "it names a workspace, which is copied, and a folder to work in as it is",
    tries: ["keep one of the two"],
  });
}

function approvalsOf(approvals: TestOptions["approvals"] = "headless") {
  if (typeof approvals !== "object") return approvals;
  return askerOfAnswers(new Map(Object.entries(approvals)), "the test");
}

/** What came of it, or the error that a person can act on. */
async function orError<Value>(running: Promise<Value>): Promise<Value | LlmDoError> {
  try {
    return await running;
  } catch (error) {
    if (isLlmDoError(error)) return error;
    throw error;
  }
}

function notRun(error: LlmDoError, workFolder: string): CaseRun {
  const nothing = { calls: [], events: [], warnings: [], usage: NO_USAGE, usd: 0, requests: 0 };
  const { exitCode } = error;
  return { ...nothing, output: undefined, error, exitCode, ledger: undefined, workFolder };
}
