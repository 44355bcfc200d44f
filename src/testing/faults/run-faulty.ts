import { NO_RULES, type Rewrites, rewritesOf } from "../../cassette/rules/rules.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { Clock } from "../../host/host.ts";
import type { Project } from "../../project/project.ts";
import { withRetry } from "../../providers/retry.ts";
import { allowedEffects, NO_REWRITES, type ObservedCase } from "../cases/run/observed-case.ts";
import { type CaseOutcome, type CaseSettings, runCase } from "../cases/run/run-case.ts";
import { EffectLog, offlineEffects } from "../run/effect-gates.ts";
import { CodeWatch } from "./code-watch.ts";
import type { AnswerFault, Fault } from "./fault.ts";
import { FaultyTransport } from "./faulty-transport.ts";
import { resultOf } from "./harmless.ts";
import { SiblingOrder } from "./sibling-order.ts";

/** How a run with faults ended. */
export interface FaultyRun {
  /** Undefined when it threw what no run may throw. */
  readonly outcome: CaseOutcome | undefined;
  /** What must not happen, whatever went wrong; undefined when nothing such did. */
  readonly problem: string | undefined;
  /** All that the run came to, the same for equal runs. */
  readonly result: string | undefined;
  /** How often the code of tools ran. */
  readonly codeRuns: number;
}

/** Runs a case with faults: a replay, with something between the run and its cassette. */
export async function runFaulty(
  observed: ObservedCase,
  faults: readonly Fault[],
  settings: CaseSettings,
): Promise<FaultyRun> {
  const { clock } = settings.host;
  const person = new AbortController();
  const interrupt = () => person.abort(new Error("a person interrupts"));
  const order = new SiblingOrder(faults);
  const effects = new EffectLog(allowedEffects(observed));
  const code = new CodeWatch((run) => {
    const isHit = faults.some((fault) => fault.kind === "interrupted-tool" && fault.run === run);
    // Not at once: code that has hardly begun has nothing to end.
    if (isHit) void clock.sleep(1, new AbortController().signal).then(interrupt);
  });
  const { onAnswer, aroundCall } = order;
  const answerFaults = faults.filter((fault): fault is AnswerFault => isOfAnswer(fault));
  const options = { faults: answerFaults, interrupt, onAnswer };
  let rewrites: Rewrites = NO_REWRITES;
  const { outcome, problem } = await settled(
    runCase(observed.one, settings, {
      signal: person.signal,
      project: code.watched,
      around: ({ session, project }) => {
        rewrites = session?.rewrites ?? rewritesOf(NO_RULES, copyOf(project));
        return {
          transport: (inner) => withRetry(new FaultyTransport(inner, options), impatient(clock)),
          effects: (inner) => effects.around(inner),
          call: aroundCall,
        };
      },
      aroundJudge: { effects: offlineEffects },
    }),
  );
  return {
    outcome,
    problem: problem ?? (await code.settle(clock)),
    result: outcome?.run && resultOf(outcome.run, rewrites),
    codeRuns: code.runs,
  };
}

/** The folder that a run works in, where it is a copy of its own. */
function copyOf({ workFolder, folder }: Project): string | undefined {
  return workFolder === folder ? undefined : workFolder;
}

function isOfAnswer(fault: Fault): fault is AnswerFault {
  return fault.kind !== "interrupted-tool";
}

/** Asks again at once: what is waited for in a replay is nothing. */
function impatient(clock: Clock) {
  const sleep = async (_durationMs: number, signal: AbortSignal) => signal.throwIfAborted();
  return { clock: { ...clock, sleep }, random: () => 0 };
}

async function settled(
  running: Promise<CaseOutcome>,
): Promise<Pick<FaultyRun, "outcome" | "problem">> {
  try {
    const outcome = await running;
    const hung = outcome.failures.find(({ kind }) => kind === "timeout");
    return { outcome, problem: hung?.message };
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? messageOf(error)) : messageOf(error);
    // Even a known error must not leave a run this way.
    const kind = isLlmDoError(error) ? "a known error" : "an error that is no LlmDoError";
    return { outcome: undefined, problem: `${kind} came out of the run: ${what}` };
  }
}
