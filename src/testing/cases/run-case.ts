import type { ApprovalPolicy } from "../../approval/askers.ts";
import type { Asker } from "../../approval/decide.ts";
import { type Ledger, withoutUnused } from "../../cassette/ledger.ts";
import type { MissAnswers } from "../../cassette/miss-answers.ts";
import { replaceStale } from "../../cassette/replace-stale.ts";
import { CassetteSession } from "../../cassette/session.ts";
import type { CassetteMode } from "../../cassette/session-state.ts";
import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import type { ModelTransport } from "../../model/transport.ts";
import { loadProject } from "../../project/load-project.ts";
import type { Project } from "../../project/project.ts";
import { loadProjectConfig } from "../../project/project-config.ts";
import type { ScriptTransport } from "../../providers/script.ts";
import { parseSet } from "../../worker/set-value.ts";
import { askerOfAnswers } from "../run/asker-of-answers.ts";
import type { CaseRun } from "../run/case-run.ts";
import { Deadline } from "../run/deadline.ts";
import type { Failure } from "../run/failure.ts";
import { observeRun } from "../run/observe-run.ts";
import { copyWorkspace } from "../run/work-copy.ts";
import { type AnswerChange, answerChange } from "./answer-change.ts";
import type { CaseVariation } from "./case-variation.ts";
import { checkExpectations } from "./check-expectations.ts";
import { checkLedger } from "./check-ledger.ts";
import { type SampleOutcome, type SampleTally, sampleFailures, tallyOf } from "./run-samples.ts";
import type { CaseApprovals, TestCase } from "./test-case.ts";

/** How cases are run, whatever they say themselves. */
export interface CaseSettings {
  readonly mode: CassetteMode;
  /** Whether recordings that a case does not ask for are no failure. */
  readonly allowUnused: boolean;
  readonly host: Host;
  /** The command that would record the case anew, for advice. */
  readonly rerecord: string;
  /** Ends the run when it is to end early. */
  readonly signal?: AbortSignal | undefined;
  /**
   * In `replay`: what answers where nothing is on record. Nothing outside of a workspace's copy is
   * touched then, whatever the case says of tools.
   */
  readonly misses?: MissAnswers | undefined;
}

/** What came of a case. */
export interface CaseOutcome {
  /** Empty when it passed. */
  readonly failures: readonly Failure[];
  /** Undefined when the case could not be run. */
  readonly run: CaseRun | undefined;
  /** Answers that the case recorded in the place of others. Default: none. */
  readonly changes?: readonly AnswerChange[];
  /** How many runs passed, of a case about a distribution. */
  readonly samples?: SampleTally;
}

/**
 * Runs one case and checks what it expects. All that is wrong with the case, its project or its
 * recordings is a failure of the case.
 *
 * @param variation default: none, the case is run as it is written
 * @throws what is no fault of the case: bugs
 */
export async function runCase(
  one: TestCase,
  settings: CaseSettings,
  variation: CaseVariation = {},
): Promise<CaseOutcome> {
  try {
    return await runWhole(one, settings, variation);
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    const kind = error.code.startsWith("cassette-") ? "cassette" : "run";
    return { failures: [{ kind, message: error.report() }], run: undefined };
  }
}

async function runWhole(
  one: TestCase,
  settings: CaseSettings,
  variation: CaseVariation,
): Promise<CaseOutcome> {
  const { host, signal } = settings;
  using copy =
    one.workspace === undefined ? undefined : copyWorkspace(one.workspace, one.place, host);
  const { files, entry, set = [] } = one;
  const overrides = set.map(parseSet);
  const loaded = await loadProject({ files, entry, overrides, workFolder: copy?.path }, host);
  const project = variation.project?.(loaded) ?? loaded;
  const session = openSession(one, project, settings);
  // One script for all runs: each has answers of its own.
  const script =
    one.script === undefined || !session || session.mode === "replay"
      ? undefined
      : await openedScript(one.script, host);
  const outcomes: SampleOutcome[] = [];
  for (let number = 1; number <= one.samples; number++) {
    if (number > 1) {
      session?.nextRun();
      copy?.reset();
    }
    outcomes.push(await runOnce(one, { project, session, script, host, variation, signal }));
  }
  const ok = outcomes.every(({ run }) => isWanted(one, run));
  const { ledger, changes } = closeSession(session, { ok, project, host });
  const outcome = { ...concluded(one, { outcomes, ledger, settings }), changes };
  return withLeftover(outcome, session?.leftover, settings);
}

/** A recording that was not kept is told of, or gone where there is nobody to tell. */
function withLeftover(
  outcome: CaseOutcome,
  leftover: string | undefined,
  { signal, host }: CaseSettings,
): CaseOutcome {
  const [first, ...others] = outcome.failures;
  if (leftover === undefined || !first) return outcome;
  if (signal?.aborted) {
    host.files.remove(leftover);
    return outcome;
  }
  const message = `${first.message}\nThe cassette is unchanged; what was recorded is in ${leftover}`;
  return { ...outcome, failures: [{ ...first, message }, ...others] };
}

interface Setting {
  readonly project: Project;
  readonly session: CassetteSession | undefined;
  readonly script: ScriptTransport | undefined;
  readonly host: Host;
  readonly variation: CaseVariation;
  readonly signal: AbortSignal | undefined;
}

async function openedScript(path: string, host: Host): Promise<ScriptTransport> {
  const { openScript } = await import("../../project/local-models.ts"); // a replay needs none of it
  return openScript(path, host);
}

async function runOnce(
  one: TestCase,
  { project, session, script, host, variation, signal }: Setting,
): Promise<SampleOutcome> {
  const { around } = variation;
  const signals = [signal, variation.signal].filter((one) => one !== undefined);
  using deadline = new Deadline(one.timeoutMs, host.clock);
  const observed = await observeRun({
    project,
    host,
    session,
    input: one.input,
    approvals: approvalsOf(one.approvals),
    model: one.model,
    limits: one.limits,
    signal: AbortSignal.any([deadline.signal, ...signals]),
    script,
    transport: session ? undefined : unrecorded,
    around: around?.({ project, session }),
    onEvent: deadline.onEvent,
  });
  const run = { ...observed, ledger: undefined };
  const { message } = deadline;
  if (message !== undefined) return { run, failures: [{ kind: "timeout", message }] };
  return { run, failures: await checkExpectations(one.expect, run, host) };
}

interface Closing {
  readonly ok: boolean;
  readonly project: Project;
  readonly host: Host;
}

/** Ends a session; what it recorded anew stands in the place of what it was recorded for. */
function closeSession(
  session: CassetteSession | undefined,
  { ok, project, host }: Closing,
): { ledger: Ledger | undefined; changes: readonly AnswerChange[] } {
  const ledger = session?.close({ ok });
  const before = session?.file;
  if (!ledger || !before || !ok || session.mode !== "auto") return { ledger, changes: [] };
  const { rules } = loadProjectConfig(project.folder, host.files);
  const { unused, draws } = session;
  const { removed, answers } = replaceStale({ before, unused, draws, rules }, host);
  const kinds = removed.filter(({ sample }) => draws || sample === 1).map(({ kind }) => kind);
  return { ledger: withoutUnused(ledger, kinds), changes: answers.map(answerChange) };
}

interface Conclusion {
  readonly outcomes: readonly SampleOutcome[];
  readonly ledger: Ledger | undefined;
  readonly settings: CaseSettings;
}

/** What the runs of a case come to; the last one stands for them where one is looked at. */
function concluded(one: TestCase, { outcomes, ledger, settings }: Conclusion): CaseOutcome {
  const last = outcomes.at(-1);
  if (!last) throw new TypeError("a case without a run");
  const run = { ...last.run, ledger };
  const samples = one.samples > 1 ? tallyOf(outcomes, one.minPass) : undefined;
  const failures = samples ? sampleFailures(outcomes, samples) : last.failures;
  // What a failure kept the run from asking for is not unused.
  const isJudged = outcomes.every((outcome) => outcome.failures.length === 0);
  const checked = isJudged && ledger && one.cassette !== "none";
  const { mode, allowUnused } = settings;
  const found = checked
    ? checkLedger(ledger, { cassette: one.cassette, mode, allowUnused })
    : failures;
  return { run, failures: found, ...(samples ? { samples } : {}) };
}

function openSession(
  one: TestCase,
  project: Project,
  { mode, host, rerecord, misses }: CaseSettings,
): CassetteSession | undefined {
  if (one.cassette === "none") return undefined;
  const { entry, workFolder, folder } = project;
  const { files, input, model, set } = one;
  const tools = misses && one.workspace === undefined ? "recorded" : one.tools;
  return CassetteSession.open({
    path: one.cassette,
    mode,
    host,
    rerecord,
    misses,
    isChecked: misses === undefined,
    tools,
    rules: loadProjectConfig(folder, host.files).rules,
    run: { files, entry: entry.name, input, model, set },
    workFolder: workFolder === folder ? undefined : workFolder,
    draws: one.samples > 1,
  });
}

/** Whether a run ended as its case expects, so that its recording is worth keeping. */
export function isWanted(
  { expect }: TestCase,
  { error, exitCode }: Omit<CaseRun, "ledger">,
): boolean {
  if (expect.exitCode !== undefined) return expect.exitCode === exitCode;
  return (expect.error === undefined) === (error === undefined);
}

function approvalsOf(approvals: CaseApprovals): ApprovalPolicy | Asker {
  switch (approvals.kind) {
    case "recorded":
      return "headless"; // and the cassette goes before it
    case "policy":
      return approvals.policy;
    case "rules":
      return askerOfAnswers(approvals.rules, "the case");
  }
}

/** Stands where a case says that it needs no model. */
const unrecorded: ModelTransport = {
  stream: (request) => {
    throw new LlmDoError({
      code: "cassette-miss",
      verb: "ask",
      what: request.model,
      reason: "the case says cassette: none, and its run asks a model",
      tries: ["remove cassette: none and record the case: llm-do test --mode record"],
    });
  },
};
