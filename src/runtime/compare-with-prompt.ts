import { isLlmDoError, type LlmDoError } from "../errors/llm-do-error.ts";
import type { Json } from "../model/json.ts";
import type { CodeCall } from "./run-code.ts";
import { isToldToModel } from "./told-to-model.ts";
import type { WorkerAnswer } from "./worker-loop.ts";

/** A call that code has answered and whose prompt is to be asked as well. */
export interface ShadowedCall extends CodeCall {
  /** Code's answer. */
  readonly output: Json;
  readonly isNew: boolean;
  askPrompt(): Promise<WorkerAnswer>;
}

/**
 * Asks the prompt as well and tells how the two answers compare. The caller has its answer: a prompt
 * that gives none is a warning. What ends a run otherwise ends it here: a limit, a miss, an abort.
 */
export async function compareWithPrompt(shadowed: ShadowedCall): Promise<void> {
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
