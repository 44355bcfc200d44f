import type { LlmFunction } from "../../functions/llm-function.ts";
import { Budget } from "../state/budget.ts";
import type { Call } from "../state/call.ts";

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
