import { fileURLToPath } from "node:url";
import type { SessionAnswers } from "../approval/session-answers.ts";
import type { Summary } from "../cassette/state/summary.ts";
import { adviseProgram, isLlmDoError, LlmDoError } from "../errors/llm-do-error.ts";
import type { LlmFunction } from "../functions/llm-function.ts";
import type { Worker } from "../functions/worker.ts";
import { watchOf } from "../hardening/watch/watch-of.ts";
import type { Host } from "../host/host.ts";
import type { Message } from "../model/message.ts";
import { loadProjectConfig, type ProjectConfig } from "../project/config/project-config.ts";
import { noticeChangedCode } from "../project/load/load-code-file.ts";
import { loadWhole } from "../project/load-project.ts";
import type { Project } from "../project/project.ts";
import { shown } from "../project/project-paths.ts";
import { attachmentFolders } from "../project/run/attachment-folders.ts";
import { RememberedEffects } from "../project/run/remembered-effects.ts";
import {
  type ProjectOutcome,
  type ProjectRun,
  runEndOf,
  runProject,
} from "../project/run/run-project.ts";
import type { RunEvent } from "../runtime/state/run-event.ts";
import type { Watch } from "../runtime/state/watch.ts";
import { withTelemetry } from "../telemetry/telemetry.ts";
import { claimCassette } from "./cassette/claim.ts";
import { beginShare } from "./cassette/opened-cassette.ts";
import type { CassetteUser } from "./cassette/shared-cassette.ts";
import { checkConverses, readHistory } from "./history.ts";
import { type RunReport, reportOf } from "./run-report.ts";
import type { ProjectRunRequest } from "./run-request.ts";
import type { WithWorker } from "./typed-request.ts";

/** All that runs of an open project are made from. */
export interface OpenedParts {
  readonly files: readonly string[];
  readonly project: Project;
  readonly entryOf: (name: string | undefined) => LlmFunction;
  readonly withWorker: (worker: Worker) => Promise<Project>;
  readonly config: ProjectConfig;
  readonly watch: Watch | undefined;
  readonly host: Host;
}

/** Loads and links the files of a project, with all that stands beside them. */
export function openParts(
  named: readonly (string | URL)[],
  host: Host,
  worker?: Worker,
): Promise<OpenedParts> {
  return advised(loadParts(named, host, worker));
}

async function loadParts(
  named: readonly (string | URL)[],
  host: Host,
  worker: Worker | undefined,
): Promise<OpenedParts> {
  const files = named.map((file) =>
    typeof file === "string" ? file : shown(fileURLToPath(file), host),
  );
  await noticeChangedCode();
  const whole = await loadWhole({ files, worker }, host);
  const { project } = whole;
  const config = loadProjectConfig(project.folder, host.files);
  return { ...whole, files, config, watch: await watchOf(project, host), host };
}

/** What a handle puts around a run. */
export interface RunHold {
  readonly runId: string;
  readonly tell: (event: RunEvent) => void;
  readonly signal: AbortSignal;
  /** What the turns of a chat share. Absent where the run is no turn of one. */
  readonly chat?: { readonly history: readonly Message[]; readonly answers: SessionAnswers };
}

/**
 * Runs an entry of an open project, or of one that is opened for it.
 *
 * @throws LlmDoError whatever keeps the run from starting or ends it
 */
export function runOpened(
  parts: OpenedParts | (() => Promise<OpenedParts>),
  request: WithWorker<ProjectRunRequest>,
  hold?: RunHold,
): Promise<RunReport<never>> {
  return advised(runParts(parts, request, hold));
}

/** Errors say what a program writes, not which flag a person adds. */
async function advised<Value>(running: Promise<Value>): Promise<Value> {
  try {
    return await running;
  } catch (error) {
    throw adviseProgram(error);
  }
}

async function runParts(
  opened: OpenedParts | (() => Promise<OpenedParts>),
  request: WithWorker<ProjectRunRequest>,
  hold: RunHold | undefined,
): Promise<RunReport<never>> {
  // Who opens the project first has claimed it since the program's call.
  using _claim = typeof opened === "function" ? undefined : claimCassette(request.cassette);
  const parts = typeof opened === "function" ? await opened() : opened;
  const { host, config } = parts;
  const project = await projectOf(parts, request);
  const history = hold?.chat?.history ?? readHistory(request.messages);
  if (hold?.chat || history.length > 0) checkConverses(project.entry);
  using signals = joined(request.signal, hold?.signal);
  const run = { ...runOf(parts, request, hold), history, signal: signals.signal };
  const remembered = new RememberedEffects();
  // What was approved before: the turn itself may add to it.
  const before = { ...run, sessionAnswers: run.sessionAnswers?.copy() };
  const replay = replayOf(project, before, remembered);
  const started = [project.entry.name, request.input, request.messages, request.model];
  const { onWarning } = run;
  const user = { started, rules: config.rules, onWarning, replay };
  const share = await beginShare(request, user, host);
  const around = share?.checks ? { effects: remembered.watching } : undefined;
  const recorded = { ...run, session: share?.gates, around };
  const traced = { project, run: recorded, telemetry: request.telemetry };
  let outcome: ProjectOutcome;
  try {
    outcome = await withTelemetry(traced, (watched) => runProject(project, watched));
  } catch (error) {
    await endShare(share, undefined, onWarning);
    throw error;
  }
  const ended = await endShare(share, outcome.ended, onWarning);
  return reportOf(outcome, { path: request.cassette?.path, ...ended });
}

/** What a request says of its run. */
function runOf(
  { host, config, watch }: OpenedParts,
  request: ProjectRunRequest,
  hold: RunHold | undefined,
): ProjectRun {
  return {
    host,
    config,
    runId: hold?.runId,
    input: request.input,
    inputBy: "program",
    advice: "options",
    attachmentsFrom: attachmentFolders(request.attachmentsFrom, host),
    model: request.model,
    isChat: hold?.chat !== undefined,
    sessionAnswers: hold?.chat?.answers,
    watch,
    script: request.script,
    transport: request.transport,
    approvals: request.approvals ?? "headless",
    asking: request.asking,
    limits: request.limits ?? {},
    signal: request.signal,
    onEvent: toBoth(hold?.tell, request.onEvent),
    onWarning: request.onWarning ?? (() => undefined),
    cassette: undefined,
  };
}

/** Runs a project again from what the run recorded; files of this machine are not touched again. */
function replayOf(
  project: Project,
  run: ProjectRun,
  remembered: RememberedEffects,
): CassetteUser["replay"] {
  const { approvals } = run;
  return async (session, host) => {
    const { ended } = await runProject(project, {
      ...run,
      host,
      session,
      script: undefined,
      approvals: typeof approvals === "string" ? approvals : "headless",
      around: { effects: remembered.answering },
      signal: undefined,
      onEvent: undefined,
      onWarning: () => undefined,
    });
    return runEndOf(ended);
  };
}

/**
 * Ends a run's share of its cassette. What is wrong with a recording is the error of a run that ended
 * well, and a warning where the run has an error of its own.
 */
async function endShare(
  share: Awaited<ReturnType<typeof beginShare>>,
  ended: ProjectOutcome["ended"] | undefined,
  onWarning: (message: string) => void,
): Promise<{ readonly summary: Summary | undefined; readonly problem?: LlmDoError }> {
  try {
    return { summary: await share?.end(ended) };
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    if (ended?.kind !== "done") onWarning(error.message);
    return { summary: undefined, problem: error };
  }
}

/** The project with the entry that a request means. */
async function projectOf(
  { project, entryOf, withWorker }: OpenedParts,
  { worker, entry }: WithWorker<ProjectRunRequest>,
): Promise<Project> {
  if (!worker) return { ...project, entry: entryOf(entry) };
  if (entry === undefined) return await withWorker(worker);
  throw new LlmDoError({
    code: "usage",
    verb: "run",
    what: entry,
    reason: "the request has both worker and entry",
    tries: ["leave out one of the two"],
  });
}

function toBoth(
  tell: RunHold["tell"] | undefined,
  onEvent: ProjectRunRequest["onEvent"],
): ProjectRunRequest["onEvent"] {
  if (!tell || !onEvent) return tell ?? onEvent;
  return (event) => {
    tell(event);
    return onEvent(event);
  };
}

/** One signal for two; it no longer listens once the run is over. */
function joined(
  first: AbortSignal | undefined,
  second: AbortSignal | undefined,
): { readonly signal: AbortSignal | undefined } & Disposable {
  if (!first || !second) return { signal: first ?? second, [Symbol.dispose]: () => undefined };
  const controller = new AbortController();
  const stops = [first, second].map((signal) => {
    const abort = () => controller.abort(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    return () => signal.removeEventListener("abort", abort);
  });
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const stop of stops) stop();
    },
  };
}
