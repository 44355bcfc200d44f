import type { ApprovalRequest, ToolChange } from "../../approval/approval-request.ts";
import { type ApprovalRule, decideByRules } from "../../approval/decide.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Grant, LlmFunction } from "../../functions/llm-function.ts";
import type { Admitted } from "../../functions/tool.ts";
import type { ToolPin } from "../../functions/tool-source.ts";
import { attachesFiles } from "../../functions/worker-input.ts";
import {
  type Call,
  chainOf,
  type HeldApproval,
  type PreviewNow,
  type Work,
} from "../state/call.ts";
import { toJson } from "../state/output.ts";
import type { RunState } from "../state/run-state.ts";
import { askInTurn, settle } from "./ask-in-turn.ts";

/** A call that is to be approved. */
interface PendingCall {
  readonly callId: string;
  readonly grant: Grant;
  /** Validated. */
  readonly input: unknown;
  /** Shows what the call attaches. Default: what its tool previews, if anything. */
  readonly preview?: PreviewNow | undefined;
}

/**
 * Gate 2's third step: a call under a worker needs that worker's configuration, its own rule, or
 * somebody's word. What trusted code calls needs none.
 *
 * @returns what to look at before the call runs; undefined where nothing that was shown can change
 * @throws LlmDoError `approval-denied`, or `approval-needed` when nobody was there to ask
 */
export async function approve(
  run: RunState,
  parent: Call,
  pending: PendingCall,
): Promise<HeldApproval | undefined> {
  const { work } = parent;
  if (!work) return undefined;
  const request = requestOf(run, parent, { ...pending, work });
  const { grant, input } = pending;
  const rules = { ...grant.approval, own: () => ownRule(grant.function, input) };
  const ruled = decideByRules(request, rules);
  if (ruled) {
    settle(run, parent, { request, decision: ruled });
    return undefined;
  }
  const pin = pinOf(grant.function);
  const { preview = previewOf(grant.function, input) } = pending;
  return await run.turns.take(async () => {
    const change = pin && (await run.options.pins?.changeOf(pin));
    const asked = { request: withChange(request, change), preview, ask: run.ask };
    const held = await askInTurn(run, parent, asked);
    if (pin && change) run.options.pins?.accept(pin);
    return held;
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
  const { work } = parent;
  const asked = requestOf(run, parent, { callId: call.id, grant, input, work });
  if (await pins.changeOf(pin)) {
    await run.turns.take(async () => {
      const change = await pins.changeOf(pin); // an answer before may have settled it
      if (!change) return;
      const request = withChange(asked, change);
      const preview = previewOf(target, input);
      await askInTurn(run, parent, { request, preview, ask: pins.ask }).catch(asFailure);
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

function requestOf(
  run: RunState,
  parent: Call,
  { callId, grant, input, work }: PendingCall & { readonly work: Work },
): ApprovalRequest {
  const { name } = grant.function;
  const { worker } = work;
  return {
    id: run.questionIds.next(callId),
    tool: name,
    input: toJson(input, name),
    callId,
    // The entry's own call, made on somebody's behalf, has nothing above it.
    chain: callId === parent.id ? [] : chainOf(parent),
    worker: worker.name,
    workerFile: worker.configuredIn?.file ?? worker.file,
    within: worker.configuredIn?.within ?? [],
    toolset: grant.toolset,
    ...(grant.configuration ? { configuration: grant.configuration } : {}),
    ...admitOf(grant.function, input),
  };
}

/** A prompt has no effect of its own, but the files attached to it leave the machine. */
function ownRule(target: LlmFunction, input: unknown): ApprovalRule {
  if (target.kind === "tool") return target.tool.approval(input);
  return attachesFiles(input) ? "ask" : "allow";
}

/** Makes a call's preview. It helps a person; where it fails the input has to do. */
function previewOf(target: LlmFunction, input: unknown): PreviewNow | undefined {
  const preview = target.kind === "tool" ? target.tool.preview : undefined;
  if (!preview) return undefined;
  return () => {
    try {
      return preview(input);
    } catch {
      return undefined;
    }
  };
}

/** Advice only: where it fails, that to pre-approve the tool has to do. */
function admitOf(
  target: LlmFunction,
  input: unknown,
): Pick<ApprovalRequest, "admit" | "admits" | "wider"> {
  if (target.kind !== "tool" || !target.tool.admit) return {};
  try {
    const admitted = target.tool.admit(input);
    if (admitted === undefined) return {};
    if (!isList(admitted)) return { admit: admitted };
    const [{ config: admit, admits }, wider] = admitted;
    return { admit, admits, ...(wider ? { wider } : {}) };
  } catch {
    return {};
  }
}

function isList(
  admitted: NonNullable<Admitted>,
): admitted is Extract<Admitted, readonly unknown[]> {
  return Array.isArray(admitted);
}
