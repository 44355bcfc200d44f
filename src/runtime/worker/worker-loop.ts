import type { LlmFunction, WorkerFunction } from "../../functions/llm-function.ts";
import { jsonSchemaOf, type Validation } from "../../functions/schema.ts";
import { takesOnlyText } from "../../functions/worker-input.ts";
import { type Answer, collectAnswer } from "../../model/answer.ts";
import type { AnswerSource, ModelEvent, StopReason } from "../../model/event.ts";
import { isJsonObject, type Json } from "../../model/json.ts";
import { answerText, type Message, type UserMessage } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { Caller } from "../../model/transport.ts";
import type { Call, Work } from "../state/call.ts";
import { toJson } from "../state/output.ts";
import type { RunEventBody } from "../state/run-event.ts";
import type { RunState } from "../state/run-state.ts";
import { callFailed } from "../state/told-to-model.ts";
import { splitAttachments } from "./attachments.ts";
import { earlierMessages, isContinued, keepConversation } from "./history.ts";
import { answerCalls, InvalidAnswers, raiseLimit } from "./model-calls.ts";
import { readCutValue, readValue, repairMessage } from "./read-value.ts";
import { cacheOf, modelOf, workerHead } from "./worker-head.ts";

/** How often a provider may pause one turn in a row before the worker gives up. */
export const MAX_PAUSES = 10;

/** How often a worker is told that its answer does not fit its output schema, and asked again. */
export const MAX_REPAIRS = 1;

/** Stops after which no call is made: the model refuses, or could not be told the results. */
const ENDS_WITHOUT_CALLS: readonly StopReason[] = ["refusal", "context-window"];

/** What a worker's prompt answered. */
export interface WorkerAnswer {
  readonly output: Json;
  readonly source: AnswerSource;
}

/**
 * Runs a worker: asks its model, answers the calls that the model makes, asks again, until the model
 * answers without a call.
 *
 * @returns the last answer's text, or the value that it says where the worker has an output schema,
 * and where that answer came from
 */
export async function runWorker(
  run: RunState,
  call: Call,
  worker: WorkerFunction,
  input: unknown,
): Promise<WorkerAnswer> {
  const head = { model: modelOf(run, call, worker), ...workerHead(worker) };
  const said = workerMessage(call, worker, input);
  const messages: Message[] = [...earlierMessages(run, call, head.model), said];
  const work: Work = { worker, model: head.model, prompt: promptOf(said), messages };
  if (!call.parent) keepConversation(run, work);
  const own: Call = { ...call, work };
  const invalid = new InvalidAnswers(worker.name);
  for (let pauses = 0, repairs = 0; ; ) {
    const answer = await askModel(run, own, { ...head, messages: messages.slice() });
    messages.push({ kind: "assistant", parts: answer.parts });
    const calls = answer.parts.filter((part) => part.kind === "tool-call");
    if (calls.length > 0 && !ENDS_WITHOUT_CALLS.includes(answer.stop)) {
      pauses = 0;
      invalid.note(answer.stop, calls);
      messages.push(...(await answerCalls(run, own, { calls, stop: answer.stop })));
    } else if (answer.stop === "pause") {
      if (++pauses > MAX_PAUSES) throw callFailed(worker.name, `its model paused ${pauses} times`);
    } else {
      const result = await resultOf(run, own, worker, answer);
      if (result.kind === "valid") {
        return { output: toJson(result.value, worker.name), source: answer.source };
      }
      messages.push(askAgain(run, own, result.issues, ++repairs));
    }
  }
}

async function askModel(run: RunState, call: Call, request: ModelRequest): Promise<Answer> {
  const { cancellation, options } = run;
  const { stopping } = cancellation;
  cancellation.check(call.id);
  call.budget.checkRequest(call.id);
  const { model } = request;
  run.emit(call, { kind: "model-request", model, messageCount: request.messages.length });
  const cache = call.work && cacheOf(call.work.worker, isContinued(run, call));
  const stream = options.transport.stream(request, {
    signal: stopping.signal,
    caller: callerOf(call),
    ...(cache === undefined ? {} : { cache }),
  });
  let isOnTheWay = false; // as in answerText
  const forward = (event: ModelEvent) => {
    stopping.signal.throwIfAborted(); // stops reading, whatever the transport does
    if (event.kind === "restart") isOnTheWay = false;
    if (event.kind === "part") isOnTheWay ||= event.part.kind === "opaque";
    const anew = isOnTheWay && event.kind === "text-delta" && event.text.trim() !== "";
    if (anew) isOnTheWay = false;
    forwardEvent(run, call, anew ? { ...event, anew } : event);
  };
  const answer = await stopping.race(collectAnswer(stream, forward));
  call.budget.countAnswer(model, answer.usage);
  run.record.countAnswer(model, answer.usage);
  run.emit(call, { kind: "model-response", model, ...answer });
  return answer;
}

function callerOf({ id: callId, function: target }: Call): Caller {
  const { name: worker, inCode } = target;
  return { callId, worker, ...(inCode ? { place: inCode.place } : {}) };
}

type Forwarded = ModelEvent | (RunEventBody & { readonly kind: "text-delta" });

function forwardEvent(run: RunState, call: Call, event: Forwarded): void {
  switch (event.kind) {
    case "text-delta":
    case "thinking-delta":
      run.emit(call, event);
      return;
    case "restart":
      run.emit(call, { kind: "answer-restart", reason: event.reason });
      return;
    case "part":
    case "end":
      return; // the response event says them all at once
  }
}

async function resultOf(
  run: RunState,
  call: Call,
  { output }: WorkerFunction,
  answer: Answer,
): Promise<Validation> {
  const text = finalText(run, call, answer);
  if (!output) return { kind: "valid", value: text };
  return answer.stop === "max-tokens" ? readCutValue(output, text) : readValue(output, text);
}

/** What is said to a model whose answer does not fit, or the error when it was said before. */
function askAgain(
  run: RunState,
  call: Call,
  issues: readonly string[],
  repairs: number,
): UserMessage {
  const { name } = call.function;
  const misfit = `its answer does not fit its output schema: ${issues.join("; ")}`;
  if (repairs > MAX_REPAIRS) throw callFailed(name, misfit);
  run.emit(call, { kind: "warning", message: `${name} is asked again: ${misfit}` });
  return repairMessage(issues);
}

function finalText(run: RunState, call: Call, answer: Answer): string {
  const text = answerText(answer.parts);
  switch (answer.stop) {
    case "refusal":
      throw callFailed(call.function.name, refusalOf(answer, text));
    case "context-window":
      throw callFailed(call.function.name, "the conversation no longer fits its model");
    case "interrupted":
      throw callFailed(call.function.name, "the answer of its model broke off");
    case "max-tokens":
      run.emit(call, { kind: "warning", message: cutShort(call.function) });
      return text;
    default:
      if (text.trim() === "" && !isSchemaHeld(call)) {
        const message = `the model of ${call.function.name} ended its turn without saying anything`;
        run.emit(call, { kind: "warning", message });
      }
      return text;
  }
}

function isSchemaHeld(call: Call): boolean {
  return call.function.kind === "worker" && call.function.output !== undefined;
}

function refusalOf({ stopDetail }: Answer, text: string): string {
  const words = [text, stopDetail].filter((said) => said !== undefined && said.trim() !== "");
  return ["its model refused", ...words].join(": ");
}

function cutShort(worker: LlmFunction): string {
  return `the answer of ${worker.name} was cut at its token limit; ${raiseLimit(worker.name)}`;
}

function promptOf(message: UserMessage): string {
  return message.content.map((part) => (part.kind === "text" ? part.text : "")).join("");
}

/**
 * A worker's validated input as its first message: attachments, then the text. The text is the
 * property `input` where that is all that the worker takes beside attachments, else the input as
 * JSON without the attachments.
 */
export function workerMessage(
  call: Pick<Call, "attached">,
  worker: WorkerFunction,
  input: unknown,
): UserMessage {
  const { said } = splitAttachments(toJson(input, worker.name));
  return {
    kind: "user",
    content: [...call.attached, { kind: "text", text: saidText(worker, said) }],
  };
}

function saidText(worker: WorkerFunction, said: Json): string {
  if (typeof said === "string") return said;
  const text = isJsonObject(said) ? said.input : undefined;
  const isOnlyText = takesOnlyText(jsonSchemaOf(worker.input, "input", worker.name));
  return typeof text === "string" && isOnlyText ? text : JSON.stringify(said, null, 2);
}
