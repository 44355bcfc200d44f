import type { PerformedEffect } from "../../../cassette/session/effect-policy.ts";
import type { ReplacedAnswer } from "../../../cassette/session/new-cassette.ts";
import type { CassetteSession } from "../../../cassette/session/session.ts";
import type { Summary } from "../../../cassette/state/summary.ts";
import { isLlmDoError } from "../../../errors/llm-do-error.ts";
import type { Host } from "../../../host/host.ts";
import type { AnswerPart } from "../../../model/message.ts";
import type { CaseRun } from "../../run/case-run.ts";
import { asksAnew, type Failure, isAboutRecordings, isNotRecorded } from "../../run/failure.ts";
import { checkSummary } from "../check/check-summary.ts";
import { type SampleOutcome, type SampleTally, sampleFailures } from "../check/run-samples.ts";
import type { TestCase } from "../file/test-case.ts";
import type { CaseSessionSettings } from "./case-session.ts";

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

/** The runs of a case, and all that is wrong with them. */
interface Conclusion {
  readonly outcomes: readonly SampleOutcome[];
  /** The same runs as what is expected is held against them. */
  readonly judged: readonly SampleOutcome[];
  readonly samples: SampleTally | undefined;
  /** What is wrong with the runs themselves. */
  readonly failures: readonly Failure[];
  /** What is wrong with the recording that they made. */
  readonly problem: readonly Failure[];
  readonly summary: Summary | undefined;
  readonly settings: Pick<CaseSessionSettings, "mode"> & { readonly allowUnused: boolean };
}

/** What the runs of a case come to; the last one stands for them where one is looked at. */
export function concluded(
  one: TestCase,
  { outcomes, judged, samples, problem, failures, summary, settings }: Conclusion,
): CaseOutcome {
  const run = { ...lastOf(outcomes).run, summary };
  // What a failure kept the run from asking for is not unused.
  const isJudged = problem.length === 0 && judged.every((outcome) => outcome.failures.length === 0);
  const byJudge = outcomes.reduce((sum, { judgeAnswers = 0 }) => sum + judgeAnswers, 0);
  const checked = isJudged && summary && one.cassette !== "none";
  const { mode, allowUnused } = settings;
  const found = checked
    ? checkSummary(summary, { cassette: one.cassette, mode, allowUnused, judged: byJudge })
    : [...problem, ...failures];
  return { run, failures: found, runs: outcomes, ...(samples ? { samples } : {}) };
}

export function failuresOf(outcomes: readonly SampleOutcome[], samples: SampleTally | undefined) {
  return samples ? sampleFailures(outcomes, samples) : lastOf(outcomes).failures;
}

export function lastOf(outcomes: readonly SampleOutcome[]): SampleOutcome {
  const last = outcomes.at(-1);
  if (!last) throw new TypeError("a case without a run");
  return last;
}

/**
 * A recording that was not kept is told of, or gone where there is nobody to tell. With what would ask
 * models anew, wherever the next attempt answers from what this one has.
 */
export function withLeftover(
  outcome: CaseOutcome,
  session: CassetteSession | undefined,
  {
    mode,
    signal,
    host,
    rerecord,
  }: CaseSessionSettings & { readonly signal?: AbortSignal | undefined },
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

/**
 * Removes what there is of a recording that did not come to its end. That of a first recording stays:
 * tools ran for real in it, and the next attempt takes their results from there.
 */
export function notRecorded(
  { run, failures }: SampleOutcome,
  session: CassetteSession | undefined,
  host: Host,
): CaseOutcome {
  const summary = session?.close({ ok: false });
  if (session?.leftover !== undefined && !session.isFirst) host.files.remove(session.leftover);
  // What else was found is of an answer that is not kept: it is told once the case is recorded.
  return { run: { ...run, summary }, failures: failures.filter(isNotRecorded) };
}

/** Whether a run ended as its case expects, so that its recording is worth keeping. */
export function isWanted(
  { expect }: TestCase,
  { error, exitCode }: Omit<CaseRun, "summary">,
): boolean {
  if (expect.exitCode !== undefined) return expect.exitCode === exitCode;
  return (expect.error === undefined) === (error === undefined);
}

/** The runs of a case, with the session that they shared, which is not closed yet. */
export interface CaseRuns {
  readonly outcomes: readonly SampleOutcome[];
  readonly session: CassetteSession | undefined;
}

/** What the replay of a recording shows. */
interface CheckedRecording {
  /** Why it cannot be replayed; empty where it can, or nothing was recorded. */
  readonly problem: readonly Failure[];
  /**
   * The runs as every later test sees them, with what `redact` rules put in the place of texts: what
   * the case expects is held against these. Those that were recorded where there was no replay.
   */
  readonly judged: readonly SampleOutcome[];
}

/**
 * Replays the recording of a case once, offline.
 *
 * @param replay makes the same runs again, of the recording in a file, with a host that allows no more
 */
export async function checkRecording(
  { outcomes, session }: CaseRuns,
  host: Host,
  replay: (checking: string, host: Host) => Promise<CaseRuns>,
): Promise<CheckedRecording> {
  if (!session || session.mode === "replay") return { problem: [], judged: outcomes };
  const { replayProblem } = await import("../../../project/run/replay-check.ts"); // a replay needs no check
  let judged = outcomes;
  try {
    const problem = await replayProblem({
      session,
      recorded: outcomes.map(({ run }) => run),
      host,
      replay: async (checking, later) => {
        const replayed = await replay(checking, later);
        if (!replayed.session) throw new TypeError("a recording was made without a cassette");
        judged = replayed.outcomes;
        return { session: replayed.session, ends: judged.map(({ run }) => run) };
      },
    });
    if (!problem) return { problem: [], judged };
    return { problem: [{ kind: "cassette", message: problem.report() }], judged: outcomes };
  } catch (error) {
    if (isLlmDoError(error)) {
      return { problem: [{ kind: "cassette", message: error.report() }], judged: outcomes };
    }
    session.close({ ok: false });
    throw error;
  }
}

/** What a model says now to what it was asked before; travels between processes. */
export interface AnswerChange {
  /** The id of the call that asks. */
  readonly call: string;
  /** The answer of the recording that was replaced. */
  readonly before: string;
  readonly after: string;
}

export function answerChange({ call, before, after }: ReplacedAnswer): AnswerChange {
  return { call, before: answerText(before), after: answerText(after) };
}

/** What a person compares of an answer: what it says and which calls it makes. */
function answerText(parts: readonly AnswerPart[]): string {
  const said = parts.flatMap((part) => {
    if (part.kind === "text") return [part.text.trimEnd()];
    if (part.kind !== "tool-call") return [];
    return [`calls ${part.name} ${part.invalidInput ?? JSON.stringify(part.input)}`];
  });
  return said.join("\n");
}
