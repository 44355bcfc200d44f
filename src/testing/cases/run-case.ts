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
import { parseSet } from "../../worker/set-value.ts";
import type { CaseRun } from "../run/case-run.ts";
import { Deadline } from "../run/deadline.ts";
import type { Failure } from "../run/failure.ts";
import { observeRun } from "../run/observe-run.ts";
import { copyWorkspace } from "../run/work-copy.ts";
import { type AnswerChange, answerChange } from "./answer-change.ts";
import { checkExpectations } from "./check-expectations.ts";
import { checkLedger } from "./check-ledger.ts";
import type { CaseApprovals, TestCase } from "./test-case.ts";

/** How cases are run, whatever they say themselves. */
export interface CaseSettings {
  readonly mode: CassetteMode;
  /** Whether recordings that a case does not ask for are no failure. */
  readonly allowUnused: boolean;
  readonly host: Host;
  /** The command that would record the case anew, for advice. */
  readonly rerecord: string;
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
}

/**
 * Runs one case and checks what it expects. All that is wrong with the case, its project or its
 * recordings is a failure of the case.
 *
 * @throws what is no fault of the case: bugs
 */
export async function runCase(one: TestCase, settings: CaseSettings): Promise<CaseOutcome> {
  try {
    return await runWhole(one, settings);
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    const kind = error.code.startsWith("cassette-") ? "cassette" : "run";
    return { failures: [{ kind, message: error.report() }], run: undefined };
  }
}

async function runWhole(one: TestCase, settings: CaseSettings): Promise<CaseOutcome> {
  const { host } = settings;
  using copy =
    one.workspace === undefined ? undefined : copyWorkspace(one.workspace, one.place, host);
  const { files, entry, set = [] } = one;
  const overrides = set.map(parseSet);
  const project = await loadProject({ files, entry, overrides, workFolder: copy?.path }, host);
  using deadline = new Deadline(one.timeoutMs, host.clock);
  const session = openSession(one, project, settings);
  const observed = await observeRun({
    project,
    host,
    session,
    input: one.input,
    approvals: approvalsOf(one.approvals),
    model: one.model,
    limits: one.limits,
    signal: deadline.signal,
    script: session && session.mode !== "replay" ? one.script : undefined,
    transport: session ? undefined : unrecorded,
    onEvent: deadline.onEvent,
  });
  const ok = isWanted(one, observed);
  const { ledger, changes } = closeSession(session, { ok, project, host });
  const run = { ...observed, ledger };
  const failures = await failuresOf(one, run, { ...settings, hung: deadline.message });
  return { run, failures, changes };
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
  const { removed, answers } = replaceStale({ before, unused: session.unused, rules }, host);
  const kinds = removed.map(({ kind }) => kind);
  return { ledger: withoutUnused(ledger, kinds), changes: answers.map(answerChange) };
}

async function failuresOf(
  { expect, cassette }: TestCase,
  run: CaseRun,
  { hung, host, mode, allowUnused }: CaseSettings & { readonly hung: string | undefined },
): Promise<readonly Failure[]> {
  if (hung !== undefined) return [{ kind: "timeout", message: hung }];
  const failures = await checkExpectations(expect, run, host);
  // What an error kept the run from asking for is not unused.
  if (failures.length > 0 || cassette === "none" || !run.ledger) return failures;
  return checkLedger(run.ledger, { cassette, mode, allowUnused });
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
    tools,
    rules: loadProjectConfig(folder, host.files).rules,
    run: { files, entry: entry.name, input, model, set },
    workFolder: workFolder === folder ? undefined : workFolder,
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
      return async ({ tool }) => {
        const answer = approvals.rules.get(tool);
        if (answer === undefined) return { kind: "unanswered" };
        if (answer === "allow") return { kind: "allow", by: "policy" };
        return { kind: "deny", by: "policy", reason: `the case denies ${tool}` };
      };
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
