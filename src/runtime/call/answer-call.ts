import { type Answered, type AnswerRecord, NOT_DRAWN } from "../../cassette/gates.ts";
import type { Alternative, WorkerFunction } from "../../functions/llm-function.ts";
import type { Json } from "../../model/json.ts";
import type { Call } from "../state/call.ts";
import { toJson } from "../state/output.ts";
import type { RunState } from "../state/run-state.ts";
import { hasHistory, keepAnswer } from "../worker/history.ts";
import { runWorker, type WorkerAnswer, workerMessage } from "../worker/worker-loop.ts";
import { type AskedCall, check, showTrial, type Trial, tryBeside } from "./compare-answers.ts";
import { sampled } from "./context.ts";
import { askCode } from "./run-code.ts";

/**
 * Answers a call of a worker: by its prompt, or by code that stands in for it. Whoever calls gets
 * code's answer where the mode says so and all checks let it pass, else the prompt's.
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
  const { mode } = alternative;
  if (hasHistory(run, call)) {
    run.emit(call, { kind: "answered", by: "prompt", mode, reason: HAS_HISTORY });
    return (await askPrompt()).output;
  }
  const asked: AskedCall = {
    ...{ run, call, worker, alternative, askPrompt, warn },
    input: toJson(input, worker.name),
  };
  const isDrawn = drawn(run, call, alternative);
  const request = { function: worker.name, input: asked.input, callId: call.id, mode };
  let trial: Trial | undefined;
  const { answered, isNew } = await run.options.effects.answer(request, async (record) => {
    const problem = record.isReplay ? undefined : run.standIns.problemNow(worker, warn);
    if (problem !== undefined) return alarmed(problem);
    if (mode !== "shadow" || isOldShadow(record)) return answerByCode(asked, record, isDrawn);
    trial = await tryBeside(asked, record);
    return trial.answered;
  });
  run.cancellation.stopping.signal.throwIfAborted();
  if (trial) {
    showTrial(asked, trial, isNew);
    return trial.prompted.output;
  }
  if (answered.by === "prompt") {
    run.emit(call, { kind: "answered", by: "prompt", mode, reason: answered.reason });
    return (await askPrompt()).output;
  }
  const checked = answered.isChecked ? { checked: true as const } : {};
  run.emit(call, { kind: "answered", by: "code", mode, ...checked });
  if (answered.isChecked) await check({ ...asked, output: answered.output, isNew });
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

/** Whether code may answer a call; a canary's draw is recorded, so that a replay is the same. */
function drawn(run: RunState, call: Call, { mode, share }: Alternative): boolean {
  if (mode !== "canary") return true;
  const { effects, host } = run.options;
  return sampled(run, call, () => effects.sample("random", call.id, host.random)) < share;
}

function alarmed(reason: string): Answered {
  return { by: "prompt", reason, isAlarmed: true };
}

/**
 * Code's answer, or why the prompt is asked. An answer of code that nobody can be told of is not
 * given: what is not counted is not watched.
 */
async function answerByCode(
  asked: AskedCall,
  record: AnswerRecord,
  isDrawn: boolean,
): Promise<Answered> {
  const { run, worker, alternative, warn } = asked;
  const answered = wasDrawn(record, isDrawn)
    ? await askCode(asked)
    : ({ by: "prompt", reason: NOT_DRAWN } as const);
  const { by } = answered;
  const reason = answered.by === "prompt" ? answered.reason : undefined;
  const kept = { worker, mode: alternative.mode, by, reason };
  const problem = record.isNew ? run.options.watch?.keep(kept) : undefined;
  if (problem !== undefined) run.standIns.tell(worker, problem, warn);
  if (answered.by === "prompt") return answered;
  if (problem !== undefined) return alarmed(problem);
  return isChecked(asked, record) ? { ...answered, isChecked: true } : answered;
}

/** Shares may have changed since a call was recorded: its record says whether it was drawn. */
function wasDrawn({ before }: AnswerRecord, isDrawn: boolean): boolean {
  if (before?.mode !== "canary") return isDrawn;
  return before.answered.by === "code" || before.answered.reason !== NOT_DRAWN;
}

/** Whether the prompt is asked as well: as the record says, where there is one. */
function isChecked({ run, alternative }: AskedCall, { before, isReplay }: AnswerRecord): boolean {
  const { watch, host } = run.options;
  if (!watch) return false;
  if (before) return before.answered.by === "code" && before.answered.isChecked === true;
  return !isReplay && host.random() < alternative.check;
}

/** In recordings that an older version made of a shadow, code answered. */
function isOldShadow({ before }: AnswerRecord): boolean {
  if (before?.mode !== "shadow") return false;
  return before.answered.by === "code" || before.answered.tried === undefined;
}
