import { isLlmDoError } from "../errors/llm-do-error.ts";
import { messageOf } from "../errors/message-of.ts";
import { nearest } from "../errors/nearest.ts";
import type { Grant, LlmFunction } from "../functions/llm-function.ts";
import { validate } from "../functions/schema.ts";
import { coerceText } from "../functions/worker-input.ts";
import type { Json } from "../model/json.ts";
import { answerCall } from "./answer-call.ts";
import { approve } from "./approve.ts";
import { checkAttachments } from "./attachments.ts";
import { Budget } from "./budget.ts";
import { type Call, childId } from "./call.ts";
import { madeWorker } from "./made-worker.ts";
import { outputText, toJson } from "./output.ts";
import type { RunState } from "./run-state.ts";
import { runTool } from "./run-tool.ts";
import { startTimeout } from "./timeout.ts";
import { toldText } from "./told-text.ts";
import { callFailed, isToldToModel } from "./told-to-model.ts";

/**
 * Gate 2: one call of a function by name, from a model or from code. In this order: look up,
 * validate input, approve, execute, validate output.
 *
 * @throws LlmDoError `call`, with what the function threw as its cause, or `approval-denied`; an
 * error that ends the run also cancels it, so that nobody above can swallow it
 */
export async function callByName(
  run: RunState,
  parent: Call,
  name: string,
  rawInput: unknown,
): Promise<Json> {
  const id = childId(parent, name);
  // A copy: what is approved is what runs, whatever the caller does to its object meanwhile.
  const asked = rawInput === undefined ? undefined : toJson(rawInput, name);
  run.emit(parent, { kind: "tool-call", tool: name, target: id, input: asked ?? null });
  const { aroundCall } = run.options;
  const proceed = () => passGate(run, parent, { id, name, asked });
  try {
    const output = await (aroundCall
      ? aroundCall({ id, callerId: parent.id }, proceed)
      : proceed());
    run.emit(parent, {
      kind: "tool-result",
      tool: name,
      target: id,
      output: toldText(outputText(output)),
      isError: false,
    });
    return output;
  } catch (thrown) {
    const error = isLlmDoError(thrown)
      ? thrown
      : callFailed(name, messageOf(thrown), { cause: thrown });
    if (!isToldToModel(error)) run.fail(error);
    const told = toldText(error.reason);
    run.emit(parent, { kind: "tool-result", tool: name, target: id, output: told, isError: true });
    throw error;
  }
}

interface AskedCall {
  readonly id: string;
  readonly name: string;
  readonly asked: Json | undefined;
}

async function passGate(run: RunState, parent: Call, { id, name, asked }: AskedCall) {
  run.cancellation.signal.throwIfAborted();
  parent.budget.countCall(parent.depth + 1, id);
  const { target, grant } = await find(run, parent, { callId: id, name });
  const input = await validInput(target, asked);
  const call = childCall(parent, target, id);
  await checkAttachments(run, call, input);
  if (grant) await approve(run, parent, { callId: id, grant, input });
  return await enterCall(run, call, input);
}

/** Executes a call that passed the gate, or the entry, whose input is checked here. */
export async function enterCall(run: RunState, call: Call, rawInput: unknown): Promise<Json> {
  const target = call.function;
  const input = call.parent ? rawInput : await admitEntry(run, call, rawInput);
  run.cancellation.signal.throwIfAborted(); // while the input was checked or approved
  run.emit(call, { kind: "call-start", input: toJson(input, target.name) });
  const stopTimeout = startTimeout(run, call);
  try {
    if (target.kind === "worker") return await answerCall(run, call, target, input);
    return await runTool(run, call, target, input);
  } finally {
    stopTimeout();
    run.emit(call, { kind: "call-end", usage: call.budget.usage });
  }
}

/** An entry that no person started passes the gate like a call under a worker. */
async function admitEntry(run: RunState, call: Call, rawInput: unknown): Promise<unknown> {
  const input = await validInput(call.function, rawInput);
  await checkAttachments(run, call, input);
  if (!call.work) return input;
  const { grant } = lookUp(run, call, call.function.name);
  if (grant) await approve(run, call, { callId: call.id, grant, input });
  return input;
}

interface Found {
  readonly target: LlmFunction;
  /** Undefined in trusted code. */
  readonly grant: Grant | undefined;
}

/** What a call reaches: its worker's functions, unless it is one that reaches workers only. */
async function find(
  run: RunState,
  parent: Call,
  asked: { readonly callId: string; readonly name: string },
): Promise<Found> {
  const source = parent.function.kind === "tool" ? parent.function.workers : undefined;
  if (!source) return lookUp(run, parent, asked.name);
  const grant = await madeWorker(run, source, asked);
  return { target: grant.function, grant };
}

function lookUp(run: RunState, parent: Call, name: string): Found {
  const grant = parent.work?.worker.functions.get(name);
  const target = parent.work ? grant?.function : run.options.space.get(name);
  if (target) return { target, grant };
  const names = [...(parent.work?.worker.functions ?? run.options.space).keys()];
  const near = nearest(name, names);
  const meant = near === undefined ? "" : `; did you mean "${near}"?`;
  const known = names.length === 0 ? "there are none" : `known: ${names.join(", ")}`;
  throw callFailed(name, `there is no function "${name}"${meant} (${known})`);
}

async function validInput(target: LlmFunction, rawInput: unknown): Promise<unknown> {
  const first = await validate(target.input, rawInput);
  if (first.kind === "valid") return first.value;
  if (typeof rawInput === "string") {
    const second = await validate(target.input, coerceText(rawInput));
    if (second.kind === "valid") return second.value;
  }
  throw callFailed(target.name, `its input does not fit: ${first.issues.join("; ")}`);
}

function childCall(parent: Call, target: LlmFunction, id: string): Call {
  const limits = target.kind === "worker" ? target.limits : {};
  return {
    id,
    function: target,
    parent,
    depth: parent.depth + 1,
    budget: new Budget(limits, target.name, parent.budget),
    work: parent.work,
    childCounts: new Map(),
  };
}
