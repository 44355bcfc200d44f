import type { ApprovalRequest, ToolChange } from "../approval/approval-request.ts";
import { type ApprovalRule, type Asker, askSafely, decideByRules } from "../approval/decide.ts";
import type { Decision } from "../approval/decision.ts";
import { ApprovalNeeded } from "../approval/needed.ts";
import { isLlmDoError, LlmDoError } from "../errors/llm-do-error.ts";
import type { Grant, LlmFunction } from "../functions/llm-function.ts";
import type { ToolPin } from "../functions/tool-pin.ts";
import { attachesFiles } from "../functions/worker-input.ts";
import { type Call, chainOf, type Work } from "./call.ts";
import { toJson } from "./output.ts";
import type { RunState } from "./run-state.ts";

/** A call that is to be approved. */
export interface PendingCall {
  readonly callId: string;
  readonly grant: Grant;
  /** Validated. */
  readonly input: unknown;
}

/**
 * Gate 2's third step: a call under a worker needs that worker's configuration, its own rule, or
 * somebody's word. What trusted code calls needs none.
 *
 * @throws LlmDoError `approval-denied`, or `approval-needed` when nobody was there to ask
 */
export async function approve(run: RunState, parent: Call, pending: PendingCall): Promise<void> {
  const { work } = parent;
  if (!work) return;
  const request = requestOf(parent, work, pending);
  const { grant, input } = pending;
  const rules = { ...grant.approval, own: () => ownRule(grant.function, input) };
  const ruled = decideByRules(request, rules);
  if (ruled) {
    settle(run, parent, { request, decision: ruled });
    return;
  }
  const pin = pinOf(grant.function);
  await run.turns.take(async () => {
    const change = pin && (await run.options.pins?.changeOf(pin));
    await askInTurn(run, parent, { request: withChange(request, change), ask: run.ask });
    if (pin && change) run.options.pins?.accept(pin);
  });
}

/**
 * Asks about a tool that its server changed since it was approved, whatever the rules say of it, and
 * keeps how the server describes it now. It is the last step before a tool really runs, so that what
 * a cassette answers is neither asked about nor kept.
 *
 * @throws Error when it is denied, which is the tool's failure and is recorded as that; LlmDoError
 * `approval-needed` when nobody was there to ask
 */
export async function approveChange(run: RunState, call: Call, input: unknown): Promise<void> {
  const { function: target, parent } = call;
  const pin = pinOf(target);
  const { pins } = run.options;
  const grant = parent?.work?.worker.functions.get(target.name);
  if (!pin || !pins || !parent?.work || !grant) return;
  const asked = requestOf(parent, parent.work, { callId: call.id, grant, input });
  if (await pins.changeOf(pin)) {
    await run.turns.take(async () => {
      const change = await pins.changeOf(pin); // an answer before may have settled it
      if (!change) return;
      const request = withChange(asked, change);
      await askInTurn(run, parent, { request, ask: pins.ask }).catch(asFailure);
      pins.accept(pin);
    });
  }
  const problem = pins.keep(pin);
  if (problem !== undefined) run.emit(parent, { kind: "warning", message: problem });
}

/** A denial that comes this late is told as the tool's own failure. */
function asFailure(error: unknown): never {
  if (isLlmDoError(error) && error.code === "approval-denied") {
    throw new Error(error.reason, { cause: error });
  }
  throw error;
}

function pinOf(target: LlmFunction): ToolPin | undefined {
  return target.kind === "tool" ? target.pin : undefined;
}

function withChange(request: ApprovalRequest, change: ToolChange | undefined): ApprovalRequest {
  return change ? { ...request, change } : request;
}

interface Question {
  readonly request: ApprovalRequest;
  readonly ask: Asker;
}

async function askInTurn(run: RunState, parent: Call, { request, ask }: Question): Promise<void> {
  const { signal } = run.cancellation;
  signal.throwIfAborted(); // its turn came too late
  const { tool, callId: target, input, change } = request;
  // What was answered before was answered for the tool as it was.
  const known = change ? undefined : run.answers.find(request);
  if (known) {
    settle(run, parent, { request, decision: known });
    return;
  }
  const changed = change ? { change: change.lines } : {};
  run.emit(parent, { kind: "approval-request", tool, target, input, ...changed });
  const decision = await run.cancellation.race(askSafely(request, ask));
  signal.throwIfAborted();
  run.answers.keep(request, decision);
  settle(run, parent, { request, decision });
}

/** Tells of a decision, and throws one that does not allow. */
function settle(
  run: RunState,
  parent: Call,
  { request, decision }: { request: ApprovalRequest; decision: Decision },
): void {
  const { tool, callId: target } = request;
  const about = { kind: "approval-decision", tool, target } as const;
  switch (decision.kind) {
    case "allow":
      run.emit(parent, { ...about, allowed: true, by: decision.by });
      return;
    case "deny": {
      const { by, reason } = decision;
      run.emit(parent, { ...about, allowed: false, by, reason });
      throw new LlmDoError({ code: "approval-denied", verb: "call", what: tool, reason });
    }
    case "unanswered":
      throw new ApprovalNeeded(request);
  }
}

function requestOf(
  parent: Call,
  work: Work,
  { callId, grant, input }: PendingCall,
): ApprovalRequest {
  const { name } = grant.function;
  const { worker } = work;
  return {
    tool: name,
    input: toJson(input, name),
    callId,
    chain: chainOf(parent),
    worker: worker.name,
    workerFile: worker.configuredIn?.file ?? worker.file,
    within: worker.configuredIn?.within ?? [],
    toolset: grant.toolset,
    ...previewOf(grant.function, input),
    ...admitOf(grant.function, input),
  };
}

/** A prompt has no effect of its own, but the files attached to it leave the machine. */
function ownRule(target: LlmFunction, input: unknown): ApprovalRule {
  if (target.kind === "tool") return target.tool.approval(input);
  return attachesFiles(input) ? "ask" : "allow";
}

/** A preview helps a person; where it fails the input has to do. */
function previewOf(target: LlmFunction, input: unknown): Pick<ApprovalRequest, "preview"> {
  if (target.kind !== "tool" || !target.tool.preview) return {};
  try {
    return { preview: target.tool.preview(input) };
  } catch {
    return {};
  }
}

/** Advice only: where it fails, that to pre-approve the tool has to do. */
function admitOf(target: LlmFunction, input: unknown): Pick<ApprovalRequest, "admit"> {
  if (target.kind !== "tool" || !target.tool.admit) return {};
  try {
    const admit = target.tool.admit(input);
    return admit === undefined ? {} : { admit };
  } catch {
    return {};
  }
}
