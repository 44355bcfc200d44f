import { causeOf } from "../../cassette/causes.ts";
import type { PerformedEffect } from "../../cassette/effect-policy.ts";
import type { Ledger } from "../../cassette/ledger.ts";
import type { CassetteSession } from "../../cassette/session.ts";
import { EXIT } from "../../errors/exit-codes.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { RememberedEffects } from "../../project/remembered-effects.ts";
import { isScored } from "../judge/judged-outcome.ts";
import type { CaseRun } from "../run/case-run.ts";
import { asksAnew, type Failure, isAboutRecordings, isNotRecorded } from "../run/failure.ts";
import { type AnswerChange, answerChange } from "./answer-change.ts";
import { type CaseRunSettings, runAll } from "./case-runs.ts";
import type { CaseVariation } from "./case-variation.ts";
import { checkLedger } from "./check-ledger.ts";
import { checkRecording, remembering } from "./check-recording.ts";
import { type SampleOutcome, type SampleTally, sampleFailures, tallyOf } from "./run-samples.ts";
import type { TestCase } from "./test-case.ts";

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
  /** What `accept` threw. */
  readonly rejection?: { readonly thrown: unknown } | undefined;
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
  const { problem, judged } = isWell
    ? await checkRecording(one, settings, { ...runs, remembered })
    : { problem: [], judged: outcomes };
  const samples = one.samples > 1 ? tallyOf(judged, one.minPass) : undefined;
  const failures = failuresOf(judged, samples);
  // Without an old recording it is kept for what it cost: the expectation may be what is wrong.
  const rejection = failures.length === 0 ? rejectionOf(lastOf(judged).run, settings) : undefined;
  const isPassed = failures.length === 0 && !rejection;
  const isKept = isPassed || session?.isFirst === true || settings.keepsFailed === true;
  const ok = isWell && problem.length === 0 && isKept;
  const ledger = session?.close({ ok });
  const changes = ok ? session?.replaced.map(answerChange) : undefined;
  const outcome = concluded(one, {
    outcomes,
    judged,
    samples,
    problem,
    failures,
    ledger,
    settings,
  });
  const performed = session?.performed ?? [];
  return withLeftover(
    { ...outcome, changes: changes ?? [], performed, rejection },
    session,
    settings,
  );
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
  // What else was found is of an answer that is not kept: it is told once the case is recorded.
  return { run: { ...run, ledger }, failures: failures.filter(isNotRecorded) };
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
 * A recording that was not kept is told of, or gone where there is nobody to tell. With what would ask
 * models anew, wherever the next attempt answers from what this one has.
 */
function withLeftover(
  outcome: CaseOutcome,
  session: CassetteSession | undefined,
  { mode, signal, host, rerecord }: CaseSettings,
): CaseOutcome {
  const leftover = session?.leftover;
  const [first, ...others] = outcome.failures;
  if (!session || !first) return outcome;
  if (leftover === undefined) {
    if (mode !== "auto" || isAboutRecordings(first)) return outcome;
    // What is on record is what is not as expected, and stays there.
    const message = `${first.message}\n${asksAnew(rerecord)}`;
    return { ...outcome, failures: [{ ...first, message }, ...others] };
  }
  // What was paid for answers in the next attempt, and what tools did must not be done again.
  const isOfUse = mode === "auto" || session.performed.length > 0;
  if (signal?.aborted && !isOfUse) {
    host.files.remove(leftover);
    return outcome;
  }
  const kept = `The cassette is unchanged; what was recorded is in ${leftover}`;
  const message = `${first.message}\n${kept}${isOfUse ? `\n${asksAnew(rerecord)}` : ""}`;
  return { ...outcome, failures: [{ ...first, message }, ...others] };
}

interface Conclusion {
  readonly outcomes: readonly SampleOutcome[];
  /** The same runs as what is expected is held against them. */
  readonly judged: readonly SampleOutcome[];
  readonly samples: SampleTally | undefined;
  /** What is wrong with the runs themselves. */
  readonly failures: readonly Failure[];
  /** What is wrong with the recording that they made. */
  readonly problem: readonly Failure[];
  readonly ledger: Ledger | undefined;
  readonly settings: CaseSettings;
}

/** What the runs of a case come to; the last one stands for them where one is looked at. */
function concluded(
  one: TestCase,
  { outcomes, judged, samples, problem, failures, ledger, settings }: Conclusion,
): CaseOutcome {
  const run = { ...lastOf(outcomes).run, ledger };
  // What a failure kept the run from asking for is not unused.
  const isJudged = problem.length === 0 && judged.every((outcome) => outcome.failures.length === 0);
  const byJudge = outcomes.reduce((sum, { judgeAnswers = 0 }) => sum + judgeAnswers, 0);
  const checked = isJudged && ledger && one.cassette !== "none";
  const { mode, allowUnused } = settings;
  const found = checked
    ? checkLedger(ledger, { cassette: one.cassette, mode, allowUnused, judged: byJudge })
    : [...problem, ...failures];
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
