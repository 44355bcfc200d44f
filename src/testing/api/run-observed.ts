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
import { RememberedEffects } from "../../project/remembered-effects.ts";
import type { RunWrappers } from "../../project/run-wrappers.ts";
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
import { RememberedDoubles } from "./remembered-doubles.ts";
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
  /** Who decides later whether a recording is kept. Default: it is, if the run ended well. */
  readonly decideLater?: ((recording: MadeRecording) => void) | undefined;
}

/** What a run recorded in a cassette of its own, which is not in its place yet. */
export interface MadeRecording {
  /**
   * Puts it in the place of the old one, or leaves that as it is. What was recorded first stays.
   *
   * @returns where what was not kept is left; undefined where nothing is
   * @throws LlmDoError `cassette-refused` when it cannot be written
   */
  settle(isKept: boolean): string | undefined;
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
  /** The file with a recording that is replayed to see that it can be. Default: none. */
  readonly checking?: string | undefined;
}

async function runIn(subject: TestSubject, setting: Setting): Promise<CaseRun> {
  const { options, host, copy } = setting;
  const { workFolder } = options;
  tellOpened(openedBy(subject, setting));
  const folder = copy?.path ?? (workFolder && resolve(host.cwd, workFolder));
  const loaded = await orError(subject.load(host, folder));
  if (isLlmDoError(loaded)) return notRun(loaded, folder ?? host.cwd);
  const doubles = options.doubles && new RememberedDoubles(options.doubles);
  const doubled = doubles && new DoubledProject(loaded, doubles.watching);
  const project = doubled?.project ?? loaded;
  const session = await orError(openSession(subject, project, setting));
  if (isLlmDoError(session)) return notRun(session, project.workFolder);
  const remembered = new RememberedEffects();
  const open = { ...setting, project, session };
  const isRecording = session !== undefined && session.mode !== "replay";
  const around = isRecording ? { effects: remembered.watching } : {};
  const done = await observed(subject, { ...open, around });
  const isChecked = isRecording && options.cassette?.mode === undefined && isKept(done);
  const problem = isChecked
    ? await recordingProblem(subject, setting, { session, remembered, doubles, run: done })
    : undefined;
  const run = closed(session, problem ? broken(done, problem) : done, subject.decideLater);
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

interface Recorded {
  readonly session: CassetteSession;
  readonly remembered: RememberedEffects;
  readonly doubles: RememberedDoubles | undefined;
  readonly run: Observed;
}

/** Why what a test recorded cannot be replayed; undefined where it can. */
async function recordingProblem(
  subject: TestSubject,
  setting: Setting,
  { session, remembered, doubles, run }: Recorded,
): Promise<LlmDoError | undefined> {
  const { options, cassette, host } = setting;
  const { replayProblem } = await import("../../project/replay-check.ts"); // a replay needs no check
  const replay = async (checking: string, later: Host) => {
    using copy = workCopy(options, host);
    const again: Setting = { ...setting, host: later, copy, checking, script: undefined };
    const folder = copy?.path ?? (options.workFolder && resolve(host.cwd, options.workFolder));
    const loaded = await subject.load(later, folder);
    const project = doubles ? new DoubledProject(loaded, doubles.answering).project : loaded;
    const read = await openSession(subject, project, again);
    if (!read) throw new TypeError("a recording was made without a cassette");
    const around = copy ? {} : { effects: remembered.answering };
    const end = await observed(subject, { ...again, project, session: read, around });
    return { session: read, ends: [end] };
  };
  if (!cassette) return undefined;
  return replayProblem({ session, recorded: [run], host, replay });
}

/** A run whose recording cannot be kept. */
function broken(run: Observed, error: LlmDoError): Observed {
  return { ...run, output: undefined, error, exitCode: error.exitCode };
}

interface OpenSetting extends Setting {
  readonly project: Project;
  readonly session: CassetteSession | undefined;
  readonly around: RunWrappers;
}

async function observed(
  { input, onBehalfOf }: TestSubject,
  { options, project, session, host, script, budget, checking, around }: OpenSetting,
): Promise<Observed> {
  const isChecking = checking !== undefined;
  const live = new LiveRequests(budget, () => undefined);
  const signals = [options.signal, live.signal].filter((one) => one !== undefined);
  const running = observeRun({
    project,
    host,
    session,
    input,
    onBehalfOf,
    approvals: approvalsOf(options.approvals, isChecking),
    model: options.model,
    limits: options.limits ?? {},
    signal: AbortSignal.any(signals),
    script: script?.script,
    transport: isChecking ? undefined : options.transport,
    live,
    onEvent: isChecking ? undefined : options.onEvent,
    around,
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
  { files, input, rerecord, decideLater }: TestSubject,
  { entry, folder, workFolder }: Project,
  { options, cassette, host, tools, copy, checking }: Setting,
): Promise<CassetteSession | undefined> {
  if (!cassette) return undefined;
  // A test that says itself how its cassette is used lets happen what its tools do.
  const isGuarded = options.cassette?.mode === undefined;
  const unrecorded = tools === "recorded" ? "refuse" : "first";
  const run = { files, entry: entry.name, input: toJson(input, entry.name), model: options.model };
  return CassetteSession.open({
    ...cassette,
    ...(checking === undefined
      ? { path: resolve(host.cwd, cassette.path), tools: tools ?? options.tools }
      : {
          path: checking,
          checking: cassette.path,
          mode: "replay",
          tools: copy ? undefined : "recorded",
        }),
    host,
    isChecked: cassette.mode !== "record" && checking === undefined,
    // Only a cassette of the run's own is written anew: others may have been recorded in it as well.
    whole: decideLater !== undefined,
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

/** Whether a run ended in a way that a test may be about. */
function isKept({ error, notRecorded }: Observed): boolean {
  return !notRecorded && (!error || ENDS_OF_RUNS.includes(error.code));
}

function closed(
  session: CassetteSession | undefined,
  run: Observed,
  decideLater: TestSubject["decideLater"],
): CaseRun {
  const ok = isKept(run);
  try {
    if (ok && session && decideLater) decideLater(madeRecording(session));
    const ledger = ok && decideLater ? session?.ledger : session?.close({ ok });
    return { ...run, ledger, ...(session ? { performed: session.performed } : {}) };
  } catch (error) {
    // The answers are there and cannot be kept.
    if (!isLlmDoError(error)) throw error;
    return { ...run, output: undefined, error, exitCode: error.exitCode, ledger: undefined };
  }
}

function madeRecording(session: CassetteSession): MadeRecording {
  return {
    settle: (isKept) => {
      session.close({ ok: isKept || session.isFirst });
      return session.leftover;
    },
  };
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

/** @param isChecking whether a recording is replayed, in which nobody is asked again */
function approvalsOf(approvals: TestOptions["approvals"] = "headless", isChecking = false) {
  if (isChecking && typeof approvals === "function") return "headless";
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
