import { type Answered, type AnswerRecord, SHADOWED, type Tried } from "../../cassette/gates.ts";
import { isLlmDoError, type LlmDoError } from "../../errors/llm-do-error.ts";
import { letOthersRun } from "../../host/let-others-run.ts";
import type { Json } from "../../model/json.ts";
import type { RunState } from "../state/run-state.ts";
import type { ComparedSample } from "../state/watch.ts";
import type { WorkerAnswer } from "../worker/worker-loop.ts";
import { askCode, type CodeCall, isOfThePrompt } from "./run-code.ts";

/** A call of a function with prompt and code. */
export interface AskedCall extends CodeCall {
  askPrompt(): Promise<WorkerAnswer>;
  warn(message: string): void;
}

/** What came of trying code beside its prompt. */
export interface Trial {
  readonly answered: Answered;
  readonly tried: Tried;
  readonly prompted: TimedAnswer;
}

interface TimedAnswer extends WorkerAnswer {
  readonly tookMs: number;
}

/** How long a call waits for code that is tried after its prompt has answered. */
const GRACE_MS = 1;

/**
 * Asks the prompt and tries code beside it. The call waits for the prompt alone; in a replay, whose
 * prompts answer at once, for code as well, and for another worker that is tried. Rejects as the prompt does, never for what code does.
 */
export async function tryBeside(asked: AskedCall, record: AnswerRecord): Promise<Trial> {
  const { run, call, worker, warn } = asked;
  run.emit(call, { kind: "answered", by: "prompt", mode: "shadow", reason: SHADOWED });
  const isWorker = asked.alternative.candidate.kind === "worker"; // takes about as long as the prompt
  const isPatient = record.isReplay || !record.isNew || isWorker;
  const trying = lateBefore(record) ?? startCode(asked, isPatient);
  try {
    const prompted = await timed(run, asked.askPrompt);
    const tried = "result" in trying ? await trying.result() : trying;
    const reason = "output" in tried ? undefined : tried.reason;
    const kept = { worker, mode: "shadow", by: "prompt", reason } as const;
    const problem = record.isNew ? run.options.watch?.keep(kept) : undefined;
    if (problem !== undefined) run.standIns.tell(worker, problem, warn);
    return { answered: { by: "prompt", reason: SHADOWED, tried }, tried, prompted };
  } finally {
    if ("stop" in trying) await trying.stop();
  }
}

/** That code was too late is a fact about the world, which a replay keeps to. */
function lateBefore({ before }: AnswerRecord): Extract<Tried, { reason: string }> | undefined {
  const tried = before?.answered.by === "prompt" ? before.answered.tried : undefined;
  return tried && "reason" in tried && tried.isLate ? tried : undefined;
}

interface Trying {
  /** What code came to, or that it takes longer than the prompt did. */
  result(): Promise<Tried>;
  /** Settles when nothing of it goes on that the run would lose. */
  stop(): Promise<void>;
}

function startCode(asked: AskedCall, isPatient: boolean): Trying {
  const { clock } = asked.run.options.host;
  const over = new AbortController();
  let settled: Tried | undefined;
  const begin = async () => {
    await letOthersRun(); // the prompt's request goes out first
    settled = triedOf(await askCode(asked, over.signal));
    return settled;
  };
  const trying = begin();
  trying.catch(() => undefined); // the run has ended, and nobody waits any more
  return {
    result: async () => {
      if (isPatient) return await trying;
      await letOthersRun(); // code that waits for nothing has answered after this
      return (
        settled ?? (await Promise.race([trying, clock.sleep(GRACE_MS, over.signal).then(late)]))
      );
    },
    stop: async () => {
      over.abort(new Error("the prompt has answered"));
      if (asked.alternative.candidate.kind === "worker") await trying.catch(() => undefined);
    },
  };
}

function late(): Tried {
  return { reason: "its code took longer than its prompt", isLate: true };
}

function triedOf(answered: Answered): Tried {
  if (answered.by === "code") return { output: answered.output };
  const { reason, isLate } = answered;
  return { reason, ...(isLate ? { isLate } : {}) };
}

/** Tells how code's answer compares with the one that the prompt gave, or why there is none. */
export function showTrial(asked: AskedCall, { tried, prompted }: Trial, isNew: boolean): void {
  const { run, call } = asked;
  if ("output" in tried) compare(asked, { code: tried.output, prompted, isNew });
  else run.emit(call, { kind: "shadow", differences: [], reason: tried.reason });
}

/** A call that code has answered and whose prompt is to be asked as well. */
interface CheckedCall extends AskedCall {
  /** Code's answer. */
  readonly output: Json;
  readonly isNew: boolean;
}

/**
 * Asks the prompt as well and tells how the two answers compare. The caller has its answer: a prompt
 * that gives none is a warning. What ends a run otherwise ends it here: a limit, a miss, an abort.
 */
export async function check(checked: CheckedCall): Promise<void> {
  const { run, worker, output: code, isNew, askPrompt, warn } = checked;
  const prompted = await settled(timed(run, askPrompt));
  run.cancellation.stopping.signal.throwIfAborted();
  if (isLlmDoError(prompted)) {
    warn(`code answered ${worker.name}, and its prompt could not be compared: ${prompted.reason}`);
  } else compare(checked, { code, prompted, isNew });
}

function compare(
  { run, call, worker, alternative, input, warn }: AskedCall,
  { code, prompted, isNew }: { code: Json; prompted: TimedAnswer; isNew: boolean },
): void {
  const { output: prompt, source, tookMs: promptMs } = prompted;
  const sample: ComparedSample = {
    ...{ worker, alternative, input, code, prompt, source, promptMs, isNew },
  };
  const verdict = run.options.watch?.compare(sample);
  if (!verdict) return;
  const { agreed, differences, evidence, warning } = verdict;
  const known = evidence === undefined ? {} : { evidence };
  if (agreed !== undefined) run.emit(call, { kind: "shadow", agreed, differences, ...known });
  if (warning === undefined) return;
  warn(warning);
  run.standIns.noteTold(worker);
}

async function timed(run: RunState, ask: () => Promise<WorkerAnswer>): Promise<TimedAnswer> {
  const { clock } = run.options.host;
  const startMs = clock.monotonicMs();
  const answer = await ask();
  return { ...answer, tookMs: Math.round(clock.monotonicMs() - startMs) };
}

/** The prompt's answer, or the error that keeps it from giving one and nothing else from going on. */
async function settled(asking: Promise<TimedAnswer>): Promise<TimedAnswer | LlmDoError> {
  try {
    return await asking;
  } catch (error) {
    if (isLlmDoError(error) && isOfThePrompt(error)) return error;
    throw error;
  }
}
