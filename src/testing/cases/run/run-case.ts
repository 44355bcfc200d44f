import type { ApprovalPolicy } from "../../../approval/askers.ts";
import type { Asker } from "../../../approval/decide.ts";
import { causeOf } from "../../../cassette/miss/causes.ts";
import type { CassetteSession } from "../../../cassette/session/session.ts";
import { EXIT } from "../../../errors/codes.ts";
import { isLlmDoError, LlmDoError } from "../../../errors/llm-do-error.ts";
import type { Host } from "../../../host/host.ts";
import type { ModelTransport } from "../../../model/transport.ts";
import { loadProject } from "../../../project/load-project.ts";
import type { Project } from "../../../project/project.ts";
import { RememberedEffects } from "../../../project/run/remembered-effects.ts";
import type { ScriptTransport } from "../../../providers/script/script.ts";
import { parseSet } from "../../../worker/overrides.ts";
import { askerOfAnswers, checkDenials } from "../../run/approval-answers.ts";
import type { CaseRun } from "../../run/case-run.ts";
import { Deadline } from "../../run/deadline.ts";
import { type Failure, isNotRecorded } from "../../run/failure.ts";
import { KnownFunctions } from "../../run/known-functions.ts";
import { LiveRequests } from "../../run/live-requests.ts";
import { observeRun } from "../../run/observe-run.ts";
import type { SharedBudget } from "../../run/shared-budget.ts";
import { copyWorkspace } from "../../run/work-copy.ts";
import { checkExpectations } from "../check/check-expectations.ts";
import { type SampleOutcome, tallyOf } from "../check/run-samples.ts";
import type { CaseApprovals, TestCase } from "../file/test-case.ts";
import { isScored, judgedOutcome, judgeFor } from "../judge/judged-outcome.ts";
import type { Judge } from "../judge/open-judge.ts";
import {
  answerChange,
  type CaseOutcome,
  type CaseRuns,
  checkRecording,
  concluded,
  failuresOf,
  isWanted,
  lastOf,
  notRecorded,
  withLeftover,
} from "./case-outcome.ts";
import { type CaseSessionSettings, openCaseSession } from "./case-session.ts";
import { type CaseVariation, remembering } from "./case-variation.ts";
import { checkNames } from "./check-names.ts";

export type { CaseOutcome } from "./case-outcome.ts";

interface CaseRunSettings extends CaseSessionSettings {
  /** Ends the run when it is to end early. */
  readonly signal?: AbortSignal | undefined;
  /** What may be spent on recording. Default: whatever it takes. */
  readonly budget?: SharedBudget | undefined;
}

/** How cases are run, whatever they say themselves. */
export interface CaseSettings extends CaseRunSettings {
  /** Whether recordings that a case does not ask for are no failure. */
  readonly allowUnused: boolean;
  /** Whether what was recorded is kept where the case fails: its answers are what is looked at. */
  readonly keepsFailed?: boolean;
  /**
   * Checks what only the test runner can compare, such as a snapshot, in a run that is otherwise as
   * expected. Throws where it is not; default: nothing is checked.
   */
  readonly accept?: ((run: CaseRun) => void) | undefined;
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
    const message = error.report();
    const isCassette = error.code.startsWith("cassette-");
    const failure: Failure = isCassette
      ? { kind: "cassette", message, cause: causeOf(error) }
      : { kind: error.exitCode === EXIT.usage ? "setup" : "run", message };
    return { failures: [failure], run: undefined };
  }
}

async function runWhole(
  one: TestCase,
  settings: CaseSettings,
  variation: CaseVariation,
): Promise<CaseOutcome> {
  const remembered = new RememberedEffects();
  const runs = await runAll(one, settings, remembering(variation, remembered));
  const { outcomes, session } = runs;
  const last = lastOf(outcomes);
  if (last.failures.some(isNotRecorded)) return notRecorded(last, session, settings.host);
  const isWell = outcomes.every(({ run, judged }) => isWanted(one, run) && isScored(judged));
  // Local effects must not happen twice outside of a workspace's copy.
  const around = one.workspace === undefined ? { effects: remembered.answering } : {};
  const replay = (checking: string, host: Host) =>
    runAll(one, { ...settings, host, checking, mode: "replay" }, { around: () => around });
  const { problem, judged } = isWell
    ? await checkRecording(runs, settings.host, replay)
    : { problem: [], judged: outcomes };
  const samples = one.samples > 1 ? tallyOf(judged, one.minPass) : undefined;
  const failures = failuresOf(judged, samples);
  // Without an old recording it is kept for what it cost: the expectation may be what is wrong.
  const rejection = failures.length === 0 ? rejectionOf(lastOf(judged).run, settings) : undefined;
  const isPassed = failures.length === 0 && !rejection;
  const isKept = isPassed || session?.isFirst === true || settings.keepsFailed === true;
  const ok = isWell && problem.length === 0 && isKept;
  const summary = session?.close({ ok });
  const changes = ok ? session?.replaced.map(answerChange) : undefined;
  const outcome = concluded(one, {
    outcomes,
    judged,
    samples,
    problem,
    failures,
    summary,
    settings,
  });
  const performed = session?.performed ?? [];
  return withLeftover(
    { ...outcome, changes: changes ?? [], performed, rejection },
    session,
    settings,
  );
}

function rejectionOf(run: CaseRun, { accept }: CaseSettings): CaseOutcome["rejection"] {
  try {
    accept?.(run);
    return undefined;
  } catch (thrown) {
    return { thrown };
  }
}

/**
 * Makes all runs of a case, in a copy of its workspace that is gone afterwards. A run that could not
 * be recorded is the last.
 */
async function runAll(
  one: TestCase,
  settings: CaseRunSettings,
  variation: CaseVariation,
): Promise<CaseRuns> {
  const { host, signal, budget } = settings;
  using copy =
    one.workspace === undefined ? undefined : copyWorkspace(one.workspace, one.place, host);
  const { files, entry, set = [] } = one;
  const overrides = set.map(parseSet);
  const loaded = await loadProject({ files, entry, overrides, workFolder: copy?.path }, host);
  const project = variation.project?.(loaded) ?? loaded;
  const known = new KnownFunctions(loaded);
  checkNames(one, known);
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
    const setting = { project, known, session, script, judge, host, variation, signal, budget };
    const outcome = await runOnce(one, setting);
    variation.onRun?.(outcome);
    outcomes.push(outcome);
    if (outcome.failures.some(isNotRecorded)) break;
  }
  return { outcomes, session };
}

interface Setting {
  readonly project: Project;
  readonly known: KnownFunctions;
  readonly session: CassetteSession | undefined;
  readonly script: ScriptTransport | undefined;
  readonly judge: Judge | undefined;
  readonly host: Host;
  readonly variation: CaseVariation;
  readonly signal: AbortSignal | undefined;
  readonly budget: SharedBudget | undefined;
}

async function openedScript(path: string, host: Host): Promise<ScriptTransport> {
  const { openScript } = await import("../../../project/run/local-models.ts"); // a replay needs none of it
  return openScript(path, host);
}

async function runOnce(one: TestCase, setting: Setting): Promise<SampleOutcome> {
  const { project, known, session, script, host, variation, signal, budget } = setting;
  const { around } = variation;
  using deadline = new Deadline(one.timeoutMs, host.clock);
  const live = new LiveRequests(budget, (waitMs) => deadline.extend(waitMs));
  const signals = [signal, variation.signal, live.signal].filter((one) => one !== undefined);
  const observed = await observeRun({
    project,
    host,
    session,
    input: one.input,
    approvals: caseApprovals(one.approvals),
    model: one.model,
    limits: one.limits,
    signal: AbortSignal.any([deadline.signal, ...signals]),
    script,
    transport: session ? undefined : unrecorded,
    around: around?.({ project, session }),
    live,
    onEvent: deadline.onEvent,
    known,
  });
  const run = { ...observed, summary: undefined };
  const { message } = deadline;
  if (message !== undefined) live.timedOut();
  if (live.failure) return { run: { ...run, error: live.error }, failures: [live.failure] };
  if (message !== undefined) return { run, failures: [{ kind: "timeout", message }] };
  const mistake = caseMistake(one, run, known);
  const failures = mistake ? [mistake] : await checkExpectations(one.expect, run, host);
  const { aroundJudge } = variation;
  const call = { ...setting, around: aroundJudge, signals: [signal, variation.signal] };
  return await judgedOutcome(one, { run, failures }, call);
}

/** What a run shows to be wrong with its case: a name that no server brought, a denial that never was. */
function caseMistake(
  one: TestCase,
  { error, events }: Pick<CaseRun, "error" | "events">,
  known: KnownFunctions,
): Failure | undefined {
  const { approvals, place } = one;
  try {
    if (approvals.kind === "rules") checkDenials(approvals.rules, events, { code: "cases", place });
    if (!error) checkNames(one, known);
    return undefined;
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return { kind: "setup", message: error.report() };
  }
}

function caseApprovals(approvals: CaseApprovals): ApprovalPolicy | Asker {
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
  stream: (request, { caller }) => {
    throw new LlmDoError({
      code: "cassette-miss",
      call: caller?.callId,
      cause: "not-recorded",
      differsAt: undefined,
      verb: "ask",
      what: request.model,
      reason: "the case says cassette: none, and its run asks a model",
      tries: ["remove cassette: none and record the case: llm-do test --mode record"],
    });
  },
};
