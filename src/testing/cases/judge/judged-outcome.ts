import type { CassetteSession } from "../../../cassette/session/session.ts";
import type { Host } from "../../../host/host.ts";
import type { RunWrappers } from "../../../project/run/run-wrappers.ts";
import type { ScriptTransport } from "../../../providers/script/script.ts";
import type { SharedBudget } from "../../run/shared-budget.ts";
import type { Judged } from "../check/judgement.ts";
import type { SampleOutcome } from "../check/run-samples.ts";
import type { TestCase } from "../file/test-case.ts";
import type { Judge } from "./open-judge.ts";

interface JudgePlace {
  /** That of the case; undefined where it has no cassette. */
  readonly session: CassetteSession | undefined;
  readonly host: Host;
  /** The copy of a workspace that the run works in; undefined where it has none. */
  readonly workFolder: string | undefined;
}

/**
 * The judge of a case, ready to be asked; a case without one loads nothing for it.
 *
 * @throws LlmDoError what is wrong with the judge's project
 */
export async function judgeFor(
  { expect }: TestCase,
  { session, host, workFolder }: JudgePlace,
): Promise<Judge | undefined> {
  if (!expect.judge || !session) return undefined;
  const { openJudge } = await import("./open-judge.ts");
  return openJudge(expect.judge, host, workFolder);
}

interface JudgeCall extends Pick<JudgePlace, "session" | "host"> {
  readonly judge: Judge | undefined;
  /** Answers in the models' place when the case is recorded. */
  readonly script: ScriptTransport | undefined;
  /** What the command may spend; undefined for whatever it takes. */
  readonly budget: SharedBudget | undefined;
  /** What stands around its gates. */
  readonly around: RunWrappers | undefined;
  /** What may interrupt the judge. */
  readonly signals: readonly (AbortSignal | undefined)[];
}

/** Asks the judge of a run that came to an answer, whatever else is wrong with it. */
export async function judgedOutcome(
  { input, timeoutMs }: TestCase,
  outcome: SampleOutcome,
  { judge, session, script, host, budget, around, signals }: JudgeCall,
): Promise<SampleOutcome> {
  const { output } = outcome.run;
  if (!judge || !session || output === undefined) return outcome;
  const { askJudge } = await import("./ask-judge.ts");
  const before = session.answered;
  const signal = AbortSignal.any(signals.filter((one) => one !== undefined));
  const call = { session, script, host, budget, around, signal };
  const judged = await askJudge(judge, { input, output, timeoutMs, ...call });
  const judgeAnswers = session.answered - before;
  return { ...outcome, failures: [...outcome.failures, ...judged.failures], judged, judgeAnswers };
}

/** Whether a judge that was asked gave a score: without one a recording is not whole. */
export function isScored(judged: Judged | undefined): boolean {
  return judged?.kind !== "broken";
}
