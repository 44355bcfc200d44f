import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import { checkGiven, liftAttachments } from "../../functions/given-attachments.ts";
import type { Grant, LlmFunction, WorkerSource } from "../../functions/llm-function.ts";
import { jsonSchemaOf, validate } from "../../functions/schema.ts";
import { readTextInput } from "../../functions/worker-input.ts";
import { isJsonObject, type Json } from "../../model/json.ts";
import { nearest } from "../../words/nearest.ts";
import { type AskedCall, type Call, childCall, childId } from "../state/call.ts";
import { outputText, toJson } from "../state/output.ts";
import { type RunState, startTimeout } from "../state/run-state.ts";
import { callFailed, isToldToModel, toldText } from "../state/told-to-model.ts";
import {
  attachedPreview,
  checkNames,
  filesPreview,
  readAttachments,
} from "../worker/attachments.ts";
import { answerCall } from "./answer-call.ts";
import { approve } from "./approve.ts";
import { runTool } from "./run-tool.ts";
import { thrownPlace } from "./thrown-place.ts";

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
  { name, input: rawInput, by }: AskedCall,
): Promise<Json> {
  const id = childId(parent, name);
  // A copy: what is approved is what runs, whatever the caller does to its object meanwhile.
  const input = rawInput === undefined ? undefined : toJson(rawInput, name);
  run.emit(parent, { kind: "tool-call", tool: name, target: id, input: input ?? null });
  run.record.begin({ callId: id, parent, name, sent: by === "model" ? input : undefined });
  const { aroundCall } = run.options;
  run.underWay.beginCall(id);
  const proceed = () => passGate(run, parent, { id, name, input, by });
  try {
    const output = await (aroundCall
      ? aroundCall({ id, callerId: parent.id }, proceed)
      : proceed());
    run.record.succeed(id, output);
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
      : callFailed(name, messageOf(thrown), { cause: thrown, place: thrownPlace(thrown, run) });
    run.record.fail(id, error);
    if (!isToldToModel(error)) run.fail(error, parent);
    const told = toldText(error.reason);
    run.emit(parent, { kind: "tool-result", tool: name, target: id, output: told, isError: true });
    throw error;
  } finally {
    run.underWay.endCall(id);
  }
}

interface CopiedCall extends AskedCall {
  readonly id: string;
  readonly input: Json | undefined;
}

async function passGate(run: RunState, parent: Call, { id, name, input: asked, by }: CopiedCall) {
  run.cancellation.check(parent.id);
  parent.budget.countCall(parent.depth + 1, id);
  const { target, grant } = await find(run, parent, { callId: id, name });
  const input = await validInput(target, asked, by);
  const attachingFrom = by === "code" && !passesOnWords(parent) ? "anywhere" : "folders";
  const call: Call = { ...childCall(parent, target, id), attachingFrom };
  run.record.check(call, input);
  if (!grant) return await enterCall(run, call, input);
  await checkNames(run, call, input);
  const approval = await approve(run, parent, {
    callId: id,
    grant,
    input,
    preview: previewOf(run, call, input),
  });
  try {
    return await enterCall(run, { ...call, approval }, input);
  } finally {
    approval?.begin();
  }
}

/** Shows the files that a call of a worker attaches; of a tool's call its own preview is shown. */
function previewOf(run: RunState, call: Call, input: unknown) {
  if (call.function.kind === "tool") return undefined;
  return () => filesPreview(run, call, input);
}

/** A tool that calls workers of a model's making says to them what the model says. */
function passesOnWords({ function: target }: Call): boolean {
  return target.kind === "tool" && target.workers !== undefined;
}

/** Executes a call that passed the gate, or the entry, whose input is checked here. */
export async function enterCall(run: RunState, begun: Call, rawInput: unknown): Promise<Json> {
  const target = begun.function;
  const { input, approval, given } = begun.parent
    ? { ...begun, input: rawInput }
    : await admitEntry(run, begun, rawInput);
  const admitted: Call = { ...begun, given };
  if (!admitted.parent) run.record.check(admitted, input);
  const attached = await readAttachments(run, admitted, input);
  const call: Call = { ...admitted, approval, attached };
  if (target.kind === "worker") await confirmFiles(call, input);
  run.cancellation.stopping.signal.throwIfAborted(); // while the input was checked or approved
  const begunWith = toJson(input, target.name);
  run.record.enter(call, begunWith);
  run.emit(call, { kind: "call-start", input: begunWith });
  // The run itself keeps the time of its entry, which may end before the branches beside it.
  const stopTimeout = call.parent ? startTimeout(run, call) : () => undefined;
  try {
    if (target.kind === "worker") return await answerCall(run, call, target, input);
    return await runTool(run, call, target, input);
  } finally {
    stopTimeout();
    run.emit(call, { kind: "call-end", usage: call.budget.usage });
  }
}

/** What is sent is what was read, so nothing can change any more after this. */
async function confirmFiles(call: Call, input: unknown): Promise<void> {
  const { approval, attached } = call;
  const read = () => attachedPreview(call, input, attached);
  while (approval?.isStale(read)) await approval.askAgain(read);
  approval?.begin();
}

interface AdmittedEntry extends Pick<Call, "approval" | "given"> {
  readonly input: unknown;
}

/** An entry that no person started passes the gate like a call under a worker. */
async function admitEntry(run: RunState, call: Call, rawInput: unknown): Promise<AdmittedEntry> {
  const isOnBehalf = call.work !== undefined && run.options.inputBy !== "person";
  if (!call.work) return await trustedEntry(call, rawInput);
  const input = await validInput(call.function, rawInput, isOnBehalf ? "model" : "code");
  const { grant } = lookUp(run, call, call.function.name);
  await checkNames(run, call, input);
  if (!grant) return { input };
  const preview = previewOf(run, call, input);
  return { input, approval: await approve(run, call, { callId: call.id, grant, input, preview }) };
}

/** The entry of a person or a program, which may attach values. */
async function trustedEntry(call: Call, rawInput: unknown): Promise<AdmittedEntry> {
  const { function: target } = call;
  const lifted = target.kind === "worker" ? await liftAttachments(target, rawInput) : undefined;
  const input = await validInput(target, lifted ? lifted.input : rawInput, "code");
  if (!lifted) return { input };
  checkGiven(target.name, lifted, input);
  return { input, given: lifted.given };
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

/** A text may stand for an object where a person or a program's author wrote it, and only there. */
async function validInput(
  target: LlmFunction,
  rawInput: unknown,
  by: AskedCall["by"],
): Promise<unknown> {
  if (typeof rawInput === "string" && by === "code") {
    const read = await readTextInput(target, rawInput);
    if (read.kind === "valid") return read.value;
    throw callFailed(target.name, read.reason, { tries: await exampleTries(target) });
  }
  const checked = await validate(target.input, rawInput);
  if (checked.kind === "valid") return checked.value;
  if (by === "code" || isJsonObject(rawInput)) {
    throw callFailed(target.name, `its input does not fit: ${checked.issues.join("; ")}`);
  }
  const { inputType } = await import("../../functions/described-input.ts");
  const given = `it is ${kindOf(rawInput)}, and must be ${inputType(target)}`;
  throw callFailed(target.name, `its input does not fit: ${given}`);
}

async function exampleTries(target: LlmFunction): Promise<readonly string[]> {
  const { exampleInput } = await import("../../functions/described-input.ts");
  const example = await exampleInput(target);
  return example === undefined ? [] : [`pass ${JSON.stringify(example)}`];
}

function kindOf(input: unknown): string {
  if (Array.isArray(input)) return "a list";
  if (input === undefined || input === null) return input === null ? "null" : "missing";
  return typeof input === "string" ? "a text" : `a ${typeof input}`;
}

/** The call of the tool itself passed the gate, with the same input. */
const ASKED_BEFORE = { preApproved: true, blocked: false };

/**
 * A worker that a model made, in the hands of the tool that calls it. Its text is a local effect: a
 * replay reads it again, and a run whose effects are recorded needs no file.
 *
 * @throws LlmDoError `call` for a text that is no worker; Error when there is none
 */
async function madeWorker(
  run: RunState,
  source: WorkerSource,
  { callId, name }: { readonly callId: string; readonly name: string },
): Promise<Grant> {
  const request = { ...source.asked(name), effect: "local", callId } as const;
  const text = await run.options.effects.perform(request, async () => source.read(name));
  const worker = await source.workerOf(name, outputText(text));
  return {
    function: worker,
    inputSchema: jsonSchemaOf(worker.input, "input", name),
    toolset: name,
    approval: ASKED_BEFORE,
  };
}
