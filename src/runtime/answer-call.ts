import type { Answered } from "../cassette/gates.ts";
import type { Alternative, WorkerFunction } from "../functions/llm-function.ts";
import type { Json } from "../model/json.ts";
import type { Call } from "./call.ts";
import { compareWithPrompt } from "./compare-with-prompt.ts";
import { sampled } from "./context.ts";
import { toJson } from "./output.ts";
import { askCode } from "./run-code.ts";
import type { RunState } from "./run-state.ts";
import { runWorker, type WorkerAnswer } from "./worker-loop.ts";

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
  return answered.output;
}

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

/** Why the prompt answers most calls of a canary: no fallback of the code. */
export const NOT_DRAWN = "the call was not drawn for code";
