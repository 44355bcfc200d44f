import { type Answered, NOT_DRAWN } from "../../cassette/gates.ts";
import { isLlmDoError, type LlmDoError } from "../../errors/llm-do-error.ts";
import type { Alternative, WorkerFunction } from "../../functions/llm-function.ts";
import type { Json } from "../../model/json.ts";
import type { Call } from "../state/call.ts";
import { toJson } from "../state/output.ts";
import type { RunState } from "../state/run-state.ts";
import { isToldToModel } from "../state/told-to-model.ts";
import { hasHistory, keepAnswer } from "../worker/history.ts";
import { runWorker, type WorkerAnswer, workerMessage } from "../worker/worker-loop.ts";
import { sampled } from "./context.ts";
import { askCode, type CodeCall } from "./run-code.ts";

/**
 * Answers a call of a worker: by its prompt, or by code that stands in for it. Whoever calls gets
 * code's answer where all checks let it pass, else the prompt's.
 */
export async function answerCall(
  run: RunState,
  call: Call,
  worker: WorkerFunction,
  input: unknown,
): Promise<Json> {
  const warn = (message: string) => run.emit(call, { kind: "warning", message });
  const alternative = run.standIns.of(worker, warn);
  const askPrompt = () => promptAnswer(run, call, worker, input);
  if (!alternative) return (await askPrompt()).output;
  if (hasHistory(run, call)) {
    const { mode } = alternative;
    run.emit(call, { kind: "answered", by: "prompt", mode, reason: HAS_HISTORY });
    return (await askPrompt()).output;
  }
  const code = { run, call, worker, alternative, input: toJson(input, worker.name) };
  const isDrawn = drawn(run, call, alternative);
  const request = { function: worker.name, input: code.input, callId: call.id };
  const { answered, isNew } = await run.options.effects.answer(
    { ...request, mode: alternative.mode },
    async () => leftOut(alternative, isDrawn) ?? (await askCode(code)),
  );
  run.cancellation.stopping.signal.throwIfAborted();
  const { mode } = alternative;
  if (answered.by === "prompt") {
    run.emit(call, { kind: "answered", by: "prompt", mode, reason: answered.reason });
    return (await askPrompt()).output;
  }
  run.emit(call, { kind: "answered", by: "code", mode });
  if (mode === "shadow" && isDrawn) {
    await compareWithPrompt({ ...code, output: answered.output, isNew, askPrompt });
  }
  if (!call.parent) keepAnswer(run, workerMessage(call, worker, input), answered.output);
  return answered.output;
}

/** Code that answers in a prompt's place sees the input alone. */
const HAS_HISTORY = "a conversation comes before the input";

async function promptAnswer(
  run: RunState,
  call: Call,
  worker: WorkerFunction,
  input: unknown,
): Promise<WorkerAnswer> {
  const warn = (message: string) => run.emit(call, { kind: "warning", message });
  return runWorker(run, call, await run.sourced.complete(worker, call.id, warn), input);
}

/** Whether a call is in the share that is drawn; the draw is recorded, so that a replay is the same. */
function drawn(run: RunState, call: Call, { mode, share }: Alternative): boolean {
  if (mode === "hardened") return false;
  const { effects, host } = run.options;
  return sampled(run, call, () => effects.sample("random", call.id, host.random)) < share;
}

/** A canary's calls that are not drawn. */
function leftOut({ mode }: Alternative, isDrawn: boolean): Answered | undefined {
  if (mode !== "canary" || isDrawn) return undefined;
  return { by: "prompt", reason: NOT_DRAWN };
}

/** A call that code has answered and whose prompt is to be asked as well. */
interface ShadowedCall extends CodeCall {
  /** Code's answer. */
  readonly output: Json;
  readonly isNew: boolean;
  askPrompt(): Promise<WorkerAnswer>;
}

/**
 * Asks the prompt as well and tells how the two answers compare. The caller has its answer: a prompt
 * that gives none is a warning. What ends a run otherwise ends it here: a limit, a miss, an abort.
 */
async function compareWithPrompt(shadowed: ShadowedCall): Promise<void> {
  const { run, call, worker, alternative, output: code, isNew, askPrompt } = shadowed;
  const { watch } = run.options;
  if (!watch) throw new TypeError("a function is shadowed and nobody compares");
  const answer = await settled(askPrompt());
  run.cancellation.stopping.signal.throwIfAborted();
  if (isLlmDoError(answer)) {
    const message = `code answered ${worker.name}, and its prompt could not be compared: ${answer.reason}`;
    run.emit(call, { kind: "warning", message });
    return;
  }
  const { output: prompt, source } = answer;
  const verdict = watch.compare({ worker, alternative, code, prompt, source, isNew });
  const { agreed, differences, evidence, alarm } = verdict;
  const known = evidence === undefined ? {} : { evidence };
  run.emit(call, { kind: "shadow", agreed, differences, ...known });
  if (alarm !== undefined) run.emit(call, { kind: "warning", message: alarm });
}

/** The prompt's answer, or the error that keeps it from giving one and nothing else from going on. */
async function settled(asking: Promise<WorkerAnswer>): Promise<WorkerAnswer | LlmDoError> {
  try {
    return await asking;
  } catch (error) {
    if (isLlmDoError(error) && isOfThePrompt(error)) return error;
    throw error;
  }
}

function isOfThePrompt(error: LlmDoError): boolean {
  return isToldToModel(error) || error.code === "provider" || error.code === "transport";
}
