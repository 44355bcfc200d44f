import type { Preview } from "../../approval/approval-request.ts";
import type { LlmFunction, WorkerFunction } from "../../functions/llm-function.ts";
import type { Attachment, Message } from "../../model/message.ts";
import { Budget } from "./budget.ts";

/** One invocation of a function inside a run. Calls form a tree. */
export interface Call {
  /** Path from the entry: names, and from the second call of one name on its number. */
  readonly id: string;
  readonly function: LlmFunction;
  readonly parent: Call | undefined;
  readonly depth: number;
  readonly budget: Budget;
  /** The nearest worker at or above this call, with its conversation; undefined in trusted code. */
  readonly work: Work | undefined;
  /** How often each name was called from here. */
  readonly childCounts: Map<string, number>;
  /**
   * Where files that are attached to it may lie. `folders`: in the project's folder and those of
   * `attachmentsFrom`, because a model or another program names them. Files that the worker's own
   * schema names may lie anywhere.
   */
  readonly attachingFrom: "anywhere" | "folders";
  /**
   * Of an entry: attachments that the program gave as values, by their places in its input; undefined
   * for paths. Default: all are paths.
   */
  readonly given?: readonly (Attachment | undefined)[] | undefined;
  /** Files that are attached to it, of a call of a worker that passed the gate. */
  readonly attached: readonly Attachment[];
  /** What it was allowed for. Default: nobody was shown anything that can change. */
  readonly approval?: HeldApproval | undefined;
}

/** Makes the preview of a call as things are now. */
export type PreviewNow = () => Preview | undefined;

/** A call that was allowed for what its preview showed, and has not begun. */
export interface HeldApproval {
  /**
   * Whether what was shown is no longer so.
   *
   * @param now default: what made the preview that was shown
   */
  isStale(now?: PreviewNow): boolean;
  /**
   * Asks again, with what is so now.
   *
   * @throws LlmDoError `approval-denied`, or `approval-needed` when nobody was there to ask
   */
  askAgain(now?: PreviewNow): Promise<void>;
  /** Says that the call goes on, or has ended without having begun. */
  begin(): void;
}

/** A function that is called by name, and by whom. */
export interface AskedCall {
  readonly name: string;
  readonly input: unknown;
  /** Who made up the input: a model's words are not taken for anything that they do not say. */
  readonly by: "model" | "code";
}

/** One worker's conversation. */
export interface Work {
  readonly worker: WorkerFunction;
  readonly model: string;
  readonly prompt: string;
  readonly messages: readonly Message[];
}

/** The id of the next call of a name; the same in every run that calls in the same order. */
export function childId(parent: Call, name: string): string {
  const count = (parent.childCounts.get(name) ?? 0) + 1;
  parent.childCounts.set(name, count);
  // A server names its tools as it likes; the signs that an id is made of are its own.
  const step = name.replace(/[/#%\s]/g, encodeURIComponent);
  return count === 1 ? `${parent.id}/${step}` : `${parent.id}/${step}#${count}`;
}

/** A call that another one makes, with a budget below its caller's. */
export function childCall(parent: Call, target: LlmFunction, id: string): Call {
  const limits = target.kind === "worker" ? target.limits : {};
  return {
    id,
    function: target,
    parent,
    depth: parent.depth + 1,
    budget: new Budget(limits, target.name, parent.budget),
    work: parent.work,
    childCounts: new Map(),
    attachingFrom: "folders",
    attached: [],
  };
}

/** Ids of a call and of all calls above it, from the inside out. */
export function* idsUpFrom(call: Call): Generator<string> {
  for (let at: Call | undefined = call; at; at = at.parent) yield at.id;
}

/** Names of the functions from the entry down to a call. */
export function chainOf(call: Call): readonly string[] {
  return call.parent ? [...chainOf(call.parent), call.function.name] : [call.function.name];
}
