import { resolve } from "node:path";
import { rewriteJson } from "../../cassette/rules/rewrite-request.ts";
import type { CassetteSession } from "../../cassette/session/session.ts";
import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { nodeHost } from "../../host/node-host.ts";
import { processSpan } from "../../host/process-span.ts";
import type { Json } from "../../model/json.ts";
import { NO_USAGE } from "../../model/usage.ts";
import type { Project } from "../../project/project.ts";
import { RememberedEffects } from "../../project/run/remembered-effects.ts";
import type { RunWrappers } from "../../project/run/run-wrappers.ts";
import { toJson } from "../../runtime/state/output.ts";
import { type ApprovalAnswers, askerOfAnswers, checkDenials } from "../run/approval-answers.ts";
import type { CaseRun } from "../run/case-run.ts";
import { KnownFunctions, unknownName } from "../run/known-functions.ts";
import { LiveRequests } from "../run/live-requests.ts";
import { observeRun } from "../run/observe-run.ts";
import { type OpenedFiles, tellOpened } from "../run/opened-files.ts";
import { budgetOf } from "../run/shared-budget.ts";
import { copyWorkspace, type WorkCopy } from "../run/work-copy.ts";
import { readTestSettings } from "../settings/test-settings.ts";
import { openTestScript, type TestScript, testEnvironment } from "./answers.ts";
import { DoubledProject } from "./doubled-project.ts";
import { RememberedDoubles } from "./doubles.ts";
import { momentIn, momentProblem } from "./moment-in-input.ts";
import { checkAllUsed } from "./scripted-transport.ts";
import type { TestOptions, TestRun } from "./test-options.ts";
import {
  closeTestSession,
  isKept,
  type Observed,
  openTestSession,
  type TestSetting,
  type TestSubject,
} from "./test-session.ts";

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
  const budget = budgetOf(settings, host);
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

async function runIn(subject: TestSubject, setting: TestSetting): Promise<CaseRun> {
  const { options, host, copy } = setting;
  const { workFolder } = options;
  tellOpened(openedBy(subject, setting));
  const folder = copy?.path ?? (workFolder && resolve(host.cwd, workFolder));
  const loaded = await orError(subject.load(host, folder));
  if (isLlmDoError(loaded)) return notRun(loaded, folder ?? host.cwd);
  const doubles = options.doubles && new RememberedDoubles(options.doubles);
  const doubled = doubles && new DoubledProject(loaded, doubles.watching);
  const project = doubled?.project ?? loaded;
  const known = new KnownFunctions(loaded);
  const answers = answersOf(options.approvals);
  checkAnswers(answers, known);
  const session = await orError(openTestSession(subject, project, setting));
  if (isLlmDoError(session)) return notRun(session, project.workFolder);
  const remembered = new RememberedEffects();
  const open = { ...setting, project, known, session };
  const isRecording = session !== undefined && session.mode !== "replay";
  const around = isRecording ? { effects: remembered.watching } : {};
  const done = await observed(subject, { ...open, around });
  const isChecked = isRecording && options.cassette?.mode === undefined && isKept(done);
  const problem = isChecked
    ? await recordingProblem(subject, setting, { session, remembered, doubles, run: done })
    : undefined;
  const run = closeTestSession(
    session,
    problem ? broken(done, problem) : done,
    subject.decideLater,
  );
  if (!run.error) doubled?.checkNames();
  if (!run.error) checkAnswers(answers, known);
  checkDenials(answers, run.events, { code: "usage" });
  return run;
}

function openedBy({ files }: TestSubject, { options, host, cassette }: TestSetting): OpenedFiles {
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
  setting: TestSetting,
  { session, remembered, doubles, run }: Recorded,
): Promise<LlmDoError | undefined> {
  const { options, cassette, host } = setting;
  const { replayProblem } = await import("../../project/run/replay-check.ts"); // a replay needs no check
  const replay = async (checking: string, later: Host) => {
    using copy = workCopy(options, host);
    const again: TestSetting = { ...setting, host: later, copy, checking, script: undefined };
    const folder = copy?.path ?? (options.workFolder && resolve(host.cwd, options.workFolder));
    const loaded = await subject.load(later, folder);
    const project = doubles ? new DoubledProject(loaded, doubles.answering).project : loaded;
    const read = await openTestSession(subject, project, again);
    if (!read) throw new TypeError("a recording was made without a cassette");
    const around = copy ? {} : { effects: remembered.answering };
    const known = new KnownFunctions(project);
    const end = await observed(subject, { ...again, project, known, session: read, around });
    return { session: read, ends: [end] };
  };
  if (!cassette) return undefined;
  const asked = rewriteInput(toJson(subject.input ?? null, "the test"), session);
  const moment = momentIn(asked, processSpan());
  if (moment !== undefined) return momentProblem(cassette.path, moment);
  return replayProblem({ session, recorded: [run], host, replay });
}

/** The input as the project's rules leave it: a volatile time is not in the key. */
function rewriteInput(input: Json, { rewrites }: CassetteSession): Json {
  return rewrites.request ? rewriteJson(input, rewrites.request) : input;
}

/** A run whose recording cannot be kept. */
function broken(run: Observed, error: LlmDoError): Observed {
  return { ...run, output: undefined, error, exitCode: error.exitCode };
}

interface OpenSetting extends TestSetting {
  readonly project: Project;
  readonly known: KnownFunctions;
  readonly session: CassetteSession | undefined;
  readonly around: RunWrappers;
}

async function observed(
  { input, onBehalfOf }: TestSubject,
  { options, project, known, session, host, script, budget, checking, around }: OpenSetting,
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
    approvals: testApprovals(options.approvals, isChecking),
    model: options.model,
    limits: options.limits ?? {},
    signal: AbortSignal.any(signals),
    script: script?.script,
    transport: isChecking ? undefined : options.transport,
    live,
    onEvent: isChecking ? undefined : options.onEvent,
    around,
    known,
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

/** In a run that ended well, an answer that nobody asked for is a mistake of the test. */
function checkScript(own: TestScript | undefined, { error, summary }: CaseRun): void {
  if (!own || own.isShared || error) return;
  // What is on record already was not asked for again.
  if (summary && summary.exchanges.served > 0) return;
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
function testApprovals(approvals: TestOptions["approvals"] = "headless", isChecking = false) {
  if (isChecking && typeof approvals === "function") return "headless";
  if (typeof approvals !== "object") return approvals;
  return askerOfAnswers(answersOf(approvals), "the test");
}

function answersOf(approvals: TestOptions["approvals"]): ApprovalAnswers {
  return new Map(typeof approvals === "object" ? Object.entries(approvals) : []);
}

/** @throws LlmDoError `usage` for an answer about no function */
function checkAnswers(answers: ApprovalAnswers, known: KnownFunctions): void {
  const unknown = unknownName(answers.keys(), known.functions);
  if (!unknown) return;
  const { name: what, reason, meant } = unknown;
  const tries = [
    meant === undefined ? "remove it from approvals" : `write "${meant}" in approvals`,
  ];
  throw new LlmDoError({ code: "usage", verb: "approve", what, reason, tries });
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
  const functions = { names: [], isComplete: false };
  const nothing = {
    calls: [],
    functions,
    events: [],
    warnings: [],
    usage: NO_USAGE,
    usd: 0,
    requests: 0,
  };
  const { exitCode } = error;
  return { ...nothing, output: undefined, error, exitCode, summary: undefined, workFolder };
}
