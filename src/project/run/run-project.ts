import { liveEffects } from "../../cassette/gates.ts";
import { CassetteSession } from "../../cassette/session/session.ts";
import type { RunGates } from "../../cassette/session/session-run.ts";
import type { CassetteOptions } from "../../cassette/state/session-state.ts";
import type { Summary } from "../../cassette/state/summary.ts";
import { isLlmDoError, type LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { lazily } from "../../host/lazily.ts";
import type { Json } from "../../model/json.ts";
import type { ModelTransport } from "../../model/transport.ts";
import type { ScriptTransport } from "../../providers/script/script.ts";
import { execute } from "../../runtime/run.ts";
import { type RunFacts, RunRecord } from "../../runtime/state/run-record.ts";
import type { RunOptions, RunResult } from "../../runtime/state/run-state.ts";
import type { Watch } from "../../runtime/state/watch.ts";
import type { ProjectConfig } from "../config/project-config.ts";
import { LockPins } from "../lock/lock-pins.ts";
import type { Project } from "../project.ts";
import { answerSource } from "./answer-source.ts";
import { recordedApprovals } from "./recorded-approvals.ts";
import { RememberedEffects } from "./remembered-effects.ts";
import type { RunEnd } from "./replay-check.ts";
import type { LiveWatch, RunWrappers } from "./run-wrappers.ts";

/** What a run of a project needs beside the project. */
export interface ProjectRun
  extends Pick<
    RunOptions,
    | "input"
    | "inputBy"
    | "attachmentsFrom"
    | "advice"
    | "asking"
    | "approvals"
    | "onBehalfOf"
    | "model"
    | "limits"
    | "signal"
    | "onEvent"
    | "runId"
    | "history"
    | "isChat"
    | "sessionAnswers"
  > {
  /** Looks after functions that code answers for. Default: nobody does, and none is shadowed. */
  readonly watch?: Watch | undefined;
  readonly host: Host;
  readonly config: ProjectConfig;
  /** Undefined for a run without a cassette: everything is live, nothing is recorded. */
  readonly cassette: Omit<CassetteOptions, "host" | "rules"> | undefined;
  /** One that several runs share, instead of `cassette`: its opener closes it and has its summary. */
  readonly session?: RunGates | undefined;
  /** A script that answers in the place of every model: its path, or one that several runs share. */
  readonly script: string | ScriptTransport | undefined;
  /** Answers in the place of every provider. */
  readonly transport?: ModelTransport | undefined;
  /** Default: nothing stands around its gates. */
  readonly around?: RunWrappers | undefined;
  /** Watches what providers are asked; a script and a transport of a test are not. Default: nobody. */
  readonly live?: LiveWatch | undefined;
  /**
   * Whether what the run records in a cassette of its own is replayed once, to see that it can be; the
   * run fails otherwise. Default false.
   */
  readonly checksReplay?: boolean;
  /** Told what is worth a remark but no error. */
  readonly onWarning: (message: string) => void;
}

export interface ProjectOutcome {
  readonly ended:
    | { readonly kind: "done"; readonly result: RunResult }
    | {
        readonly kind: "failed";
        readonly error: LlmDoError;
        /** What the run came to where only its recording failed. */
        readonly result?: RunResult;
      };
  /** Undefined without a cassette of its own. */
  readonly summary: Summary | undefined;
  /** What the run came to, however it ended. Absent where none began. */
  readonly facts?: RunFacts;
}

/**
 * Runs a project's entry with its cassette, script or providers.
 *
 * @throws LlmDoError what keeps the run from starting; an error of the run itself is an outcome
 */
export async function runProject(project: Project, run: ProjectRun): Promise<ProjectOutcome> {
  const { host, config } = run;
  const record = new RunRecord();
  const onWarning = (message: string) => {
    record.warn(message);
    run.onWarning(message);
  };
  if (runsForReal(run)) await (await walls()).checkWalls(project);
  const own =
    run.cassette && CassetteSession.open({ ...run.cassette, host, rules: config.rules, onWarning });
  for (const warning of own?.warnings ?? []) onWarning(warning);
  const session = run.session ?? own;
  const source = await answerSource(project, { ...run, onWarning, session });
  const remembered = own && isChecked(run) ? new RememberedEffects() : undefined;
  const around = { ...run.around, ...(remembered ? { effects: remembered.watching } : {}) };
  const transport = session ? session.transport(source.transport) : source.transport;
  const effects = session?.effects ?? liveEffects;
  const settled = await endOfRun(
    execute({
      space: project.space,
      entry: project.entry,
      cwd: project.workFolder,
      input: run.input,
      inputBy: run.inputBy,
      attachmentsFrom: run.attachmentsFrom,
      advice: run.advice,
      asking: run.asking,
      onBehalfOf: run.onBehalfOf,
      approvals: session
        ? recordedApprovals(run.approvals, session.decisions, host.clock)
        : run.approvals,
      asksNobody: typeof run.approvals === "string",
      pins: pinsOf(project, run),
      runId: run.runId,
      model: run.model,
      limits: run.limits,
      refusalOf: attachmentCheck(run),
      signal: run.signal,
      onEvent: run.onEvent,
      host,
      defaultModel: host.env["LLM_DO_MODEL"],
      transport: around.transport?.(transport) ?? transport,
      effects: around.effects?.(effects) ?? effects,
      aroundCall: around.call,
      watch: watchOf(run, session),
      history: run.history,
      isChat: run.isChat,
      sessionAnswers: run.sessionAnswers,
      record,
    }),
  );
  const ended =
    own && remembered ? await checkedEnd(project, run, { own, remembered, settled }) : settled;
  const closed = closeSession(own, ended);
  const unused = source.unusedItems();
  if (unused > 0) onWarning(`${source.script} holds answers that were not used: ${unused}`);
  if (own?.leftover !== undefined) {
    onWarning(`the cassette is unchanged; what was recorded is in ${own.leftover}`);
  }
  return { ...closed, facts: record.facts() };
}

/** With --tools live what is on record is not what the run was told, so that it says little. */
function isChecked({ cassette, checksReplay = false }: ProjectRun): boolean {
  return checksReplay && !(cassette?.mode === "auto" && cassette.tools === "live");
}

interface CheckedRun {
  readonly own: CassetteSession;
  readonly remembered: RememberedEffects;
  readonly settled: ProjectOutcome["ended"];
}

/** How a run ended, with whether what it recorded can be replayed. */
async function checkedEnd(
  project: Project,
  run: ProjectRun,
  { own, remembered, settled }: CheckedRun,
): Promise<ProjectOutcome["ended"]> {
  const { cassette, config, approvals } = run;
  if (settled.kind !== "done" || !cassette || own.mode === "replay") return settled;
  const { result } = settled;
  const { replayProblem } = await import("./replay-check.ts"); // a replay needs no check
  const error = await replayProblem({
    session: own,
    recorded: [{ output: result.output as Json, error: undefined }], // what came out of a call
    host: run.host,
    replay: async (path, host) => {
      const checking = cassette.path;
      const options = { ...cassette, path, checking, mode: "replay", tools: "recorded" } as const;
      const session = CassetteSession.open({ ...options, host, rules: config.rules });
      const { ended } = await runProject(project, {
        ...run,
        host,
        session,
        cassette: undefined,
        script: undefined,
        approvals: typeof approvals === "string" ? approvals : "headless",
        around: { effects: remembered.answering },
        onEvent: undefined,
        onWarning: () => undefined,
        checksReplay: false,
      });
      return { session, ends: [runEndOf(ended)] };
    },
  });
  return error ? { kind: "failed", error, result } : settled;
}

/** How a run ended, for who replays it. */
export function runEndOf(ended: ProjectOutcome["ended"]): RunEnd {
  if (ended.kind === "failed") return { output: undefined, error: ended.error };
  return { output: ended.result.output as Json, error: undefined }; // as above
}

function closeSession(
  session: CassetteSession | undefined,
  ended: ProjectOutcome["ended"],
): ProjectOutcome {
  try {
    return { ended, summary: session?.close({ ok: ended.kind === "done" }) };
  } catch (error) {
    // The answer is there and cannot be kept: the run did not do what was asked.
    if (!isLlmDoError(error)) throw error;
    return { ended: { kind: "failed", error }, summary: undefined };
  }
}

/** What providers would say of files that are to be attached. A replay sends nothing, so it is not asked. */
function attachmentCheck({ cassette, session, host, config }: ProjectRun): RunOptions["refusalOf"] {
  if ((session ?? cassette)?.mode === "replay") return undefined;
  return async (model, files) => {
    const { attachmentRefusal } = await import("../../providers/attachments/attachment-refusal.ts");
    return attachmentRefusal({ model, files }, host.env, config.providers);
  };
}

/** A replay is the same on every machine: what was raised on this one does not count, and nothing is kept. */
function watchOf({ watch }: ProjectRun, session: RunGates | undefined): Watch | undefined {
  if (!watch || session?.mode !== "replay") return watch;
  const nothing = () => undefined;
  return { problem: nothing, keep: nothing, compare: (sample) => watch.compare(sample) };
}

/** A replay calls no server, so that nothing is approved or kept there. */
function pinsOf(project: Project, run: ProjectRun): RunOptions["pins"] {
  return runsForReal(run) ? new LockPins(project.folder, run.host, run.approvals) : undefined;
}

function runsForReal(run: ProjectRun): boolean {
  const { mode, tools } = run.session ?? run.cassette ?? {};
  return mode !== "replay" || tools === "live";
}

const walls = lazily(() => import("./check-walls.ts"));

async function endOfRun(running: Promise<RunResult>): Promise<ProjectOutcome["ended"]> {
  try {
    return { kind: "done", result: await running };
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return { kind: "failed", error };
  }
}
