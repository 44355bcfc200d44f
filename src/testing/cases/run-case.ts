import type { ApprovalPolicy } from "../../approval/askers.ts";
import type { Asker } from "../../approval/decide.ts";
import type { PerformedEffect } from "../../cassette/effect-policy.ts";
import type { Ledger } from "../../cassette/ledger.ts";
import type { CassetteSession } from "../../cassette/session.ts";
import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import type { ModelTransport } from "../../model/transport.ts";
import { loadProject } from "../../project/load-project.ts";
import type { Project } from "../../project/project.ts";
import type { ScriptTransport } from "../../providers/script.ts";
import { parseSet } from "../../worker/set-value.ts";
import { isScored, judgedOutcome, judgeFor } from "../judge/judged-outcome.ts";
import type { Judge } from "../judge/open-judge.ts";
import { askerOfAnswers } from "../run/asker-of-answers.ts";
import type { CaseRun } from "../run/case-run.ts";
import { Deadline } from "../run/deadline.ts";
import { type Failure, isNotRecorded } from "../run/failure.ts";
import { LiveRequests } from "../run/live-requests.ts";
import { observeRun } from "../run/observe-run.ts";
import type { SharedBudget } from "../run/shared-budget.ts";
import { copyWorkspace } from "../run/work-copy.ts";
import { type AnswerChange, answerChange } from "./answer-change.ts";
import { type CaseSessionSettings, openCaseSession } from "./case-session.ts";
import type { CaseVariation } from "./case-variation.ts";
import { checkEffects } from "./check-effects.ts";
import { checkExpectations } from "./check-expectations.ts";
import { checkLedger } from "./check-ledger.ts";
import { type SampleOutcome, type SampleTally, sampleFailures, tallyOf } from "./run-samples.ts";
import type { CaseApprovals, TestCase } from "./test-case.ts";

/** How cases are run, whatever they say themselves. */
export interface CaseSettings extends CaseSessionSettings {
  /** Whether recordings that a case does not ask for are no failure. */
  readonly allowUnused: boolean;
  /** Whether what was recorded is kept where the case fails: its answers are what is looked at. */
  readonly keepsFailed?: boolean;
  /** Ends the run when it is to end early. */
  readonly signal?: AbortSignal | undefined;
  /** What may be spent on recording. Default: whatever it takes. */
  readonly budget?: SharedBudget | undefined;
}

/** What came of a case. */
export interface CaseOutcome {
  /** Empty when it passed. */
  readonly failures: readonly Failure[];
  /** Undefined when the case could not be run. */
  readonly run: CaseRun | undefined;
  /** Answers that the case recorded in the place of others. Default: none. */
  readonly changes?: readonly AnswerChange[];
  /** External effects that happened while the case was recorded. Default: none. */
  readonly performed?: readonly PerformedEffect[];
  /** How many runs passed, of a case about a distribution. */
  readonly samples?: SampleTally;
  /** All runs that were made, in their order. Default: none. */
  readonly runs?: readonly SampleOutcome[];
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
  const { host, signal, budget } = settings;
  using copy =
    one.workspace === undefined ? undefined : copyWorkspace(one.workspace, one.place, host);
  const { files, entry, set = [] } = one;
  const overrides = set.map(parseSet);
  const loaded = await loadProject({ files, entry, overrides, workFolder: copy?.path }, host);
  const project = variation.project?.(loaded) ?? loaded;
  checkEffects(one, loaded);
  const session = openCaseSession(one, project, settings);
  // One script for all runs: each has answers of its own.
  const script =
    one.script === undefined || !session || session.mode === "replay"
      ? undefined
      : await openedScript(one.script, host);
  const judge = await judgeFor(one, { session, host, workFolder: copy?.path });
  const outcomes: SampleOutcome[] = [];
  for (let number = 1; number <= one.samples; number++) {
    if (number > 1) {
      session?.nextRun();
      copy?.reset();
    }
    const setting = { project, session, script, judge, host, variation, signal, budget };
    const outcome = await runOnce(one, setting);
    variation.onRun?.(outcome);
    outcomes.push(outcome);
    if (outcome.failures.some(isNotRecorded)) return notRecorded(outcome, session, host);
  }
  const samples = one.samples > 1 ? tallyOf(outcomes, one.minPass) : undefined;
  const failures = failuresOf(outcomes, samples);
  const isWell = outcomes.every(({ run, judged }) => isWanted(one, run) && isScored(judged));
  // Without an old recording it is kept for what it cost: the expectation may be what is wrong.
  const isKept = session?.isFirst === true || settings.keepsFailed === true;
  const ok = isWell && (failures.length === 0 || isKept);
  const ledger = session?.close({ ok });
  const changes = ok ? session?.replaced.map(answerChange) : undefined;
  const outcome = concluded(one, { outcomes, samples, failures, ledger, settings });
  const performed = session?.performed ?? [];
  return withLeftover({ ...outcome, changes: changes ?? [], performed }, session, settings);
}

/**
 * Removes what there is of a recording that did not come to its end. That of a first recording stays:
 * tools ran for real in it, and the next attempt takes their results from there.
 */
function notRecorded(
  { run, failures }: SampleOutcome,
  session: CassetteSession | undefined,
  host: Host,
): CaseOutcome {
  const ledger = session?.close({ ok: false });
  if (session?.leftover !== undefined && !session.isFirst) host.files.remove(session.leftover);
  return { run: { ...run, ledger }, failures };
}

/** A recording that was not kept is told of, or gone where there is nobody to tell. */
function withLeftover(
  outcome: CaseOutcome,
  session: CassetteSession | undefined,
  { signal, host }: CaseSettings,
): CaseOutcome {
  const leftover = session?.leftover;
  const [first, ...others] = outcome.failures;
  if (!session || leftover === undefined || !first) return outcome;
  // What tools did to the world must not be done again, so its record stays.
  if (signal?.aborted && session.performed.length === 0) {
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
  readonly judge: Judge | undefined;
  readonly host: Host;
  readonly variation: CaseVariation;
  readonly signal: AbortSignal | undefined;
  readonly budget: SharedBudget | undefined;
}

async function openedScript(path: string, host: Host): Promise<ScriptTransport> {
  const { openScript } = await import("../../project/local-models.ts"); // a replay needs none of it
  return openScript(path, host);
}

async function runOnce(one: TestCase, setting: Setting): Promise<SampleOutcome> {
  const { project, session, script, host, variation, signal, budget } = setting;
  const { around } = variation;
  using deadline = new Deadline(one.timeoutMs, host.clock);
  const live = new LiveRequests(budget, (waitMs) => deadline.extend(waitMs));
  const signals = [signal, variation.signal, live.signal].filter((one) => one !== undefined);
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
    live,
    onEvent: deadline.onEvent,
  });
  const run = { ...observed, ledger: undefined };
  const { message } = deadline;
  if (message !== undefined) live.timedOut();
  if (live.failure) return { run: { ...run, error: live.error }, failures: [live.failure] };
  if (message !== undefined) return { run, failures: [{ kind: "timeout", message }] };
  const failures = await checkExpectations(one.expect, run, host);
  const call = { ...setting, signals: [signal, variation.signal] };
  return await judgedOutcome(one, { run, failures }, call);
}

interface Conclusion {
  readonly outcomes: readonly SampleOutcome[];
  readonly samples: SampleTally | undefined;
  /** What is wrong with the runs themselves. */
  readonly failures: readonly Failure[];
  readonly ledger: Ledger | undefined;
  readonly settings: CaseSettings;
}

/** What the runs of a case come to; the last one stands for them where one is looked at. */
function concluded(
  one: TestCase,
  { outcomes, samples, failures, ledger, settings }: Conclusion,
): CaseOutcome {
  const run = { ...lastOf(outcomes).run, ledger };
  // What a failure kept the run from asking for is not unused.
  const isJudged = outcomes.every((outcome) => outcome.failures.length === 0);
  const judged = outcomes.reduce((sum, { judgeAnswers = 0 }) => sum + judgeAnswers, 0);
  const checked = isJudged && ledger && one.cassette !== "none";
  const { mode, allowUnused } = settings;
  const found = checked
    ? checkLedger(ledger, { cassette: one.cassette, mode, allowUnused, judged })
    : failures;
  return { run, failures: found, runs: outcomes, ...(samples ? { samples } : {}) };
}

function failuresOf(outcomes: readonly SampleOutcome[], samples: SampleTally | undefined) {
  return samples ? sampleFailures(outcomes, samples) : lastOf(outcomes).failures;
}

function lastOf(outcomes: readonly SampleOutcome[]): SampleOutcome {
  const last = outcomes.at(-1);
  if (!last) throw new TypeError("a case without a run");
  return last;
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
