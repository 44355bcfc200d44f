import type { ApprovalPolicy } from "../../approval/askers.ts";
import type { Asker } from "../../approval/decide.ts";
import type { CassetteSession } from "../../cassette/session.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import type { ModelTransport } from "../../model/transport.ts";
import { loadProject } from "../../project/load-project.ts";
import type { Project } from "../../project/project.ts";
import type { ScriptTransport } from "../../providers/script.ts";
import { parseSet } from "../../worker/set-value.ts";
import { judgedOutcome, judgeFor } from "../judge/judged-outcome.ts";
import type { Judge } from "../judge/open-judge.ts";
import { askerOfAnswers } from "../run/asker-of-answers.ts";
import { Deadline } from "../run/deadline.ts";
import { isNotRecorded } from "../run/failure.ts";
import { LiveRequests } from "../run/live-requests.ts";
import { observeRun } from "../run/observe-run.ts";
import type { SharedBudget } from "../run/shared-budget.ts";
import { copyWorkspace } from "../run/work-copy.ts";
import { type CaseSessionSettings, openCaseSession } from "./case-session.ts";
import type { CaseVariation } from "./case-variation.ts";
import { checkEffects } from "./check-effects.ts";
import { checkExpectations } from "./check-expectations.ts";
import type { SampleOutcome } from "./run-samples.ts";
import type { CaseApprovals, TestCase } from "./test-case.ts";

export interface CaseRunSettings extends CaseSessionSettings {
  /** Ends the run when it is to end early. */
  readonly signal?: AbortSignal | undefined;
  /** What may be spent on recording. Default: whatever it takes. */
  readonly budget?: SharedBudget | undefined;
}

/** The runs of a case, with the session that they shared, which is not closed yet. */
export interface CaseRuns {
  readonly outcomes: readonly SampleOutcome[];
  readonly session: CassetteSession | undefined;
}

/**
 * Makes all runs of a case, in a copy of its workspace that is gone afterwards. A run that could not
 * be recorded is the last.
 */
export async function runAll(
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
    if (outcome.failures.some(isNotRecorded)) break;
  }
  return { outcomes, session };
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
    approvals: caseApprovals(one.approvals),
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
  const { aroundJudge } = variation;
  const call = { ...setting, around: aroundJudge, signals: [signal, variation.signal] };
  return await judgedOutcome(one, { run, failures }, call);
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
