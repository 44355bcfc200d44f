import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { Json } from "../../model/json.ts";
import type { AroundCall } from "../../runtime/state/run-state.ts";
import { isToldToModel } from "../../runtime/state/told-to-model.ts";
import { isContained, NO_REWRITES, type ObservedCase } from "../cases/run/observed-case.ts";
import type { CallRecord } from "../run/case-run.ts";
import { changeEverywhere, changeJson } from "./changed-json.ts";
import { type Change, type Mutation, textOf } from "./mutation.ts";

/** Mutations of what functions gave their callers, where these went on with it. */
export function resultMutations(observed: ObservedCase): readonly Mutation[] {
  return observed.run.calls
    .filter((call) => isUsed(call, observed) && isContained(call.caller, observed))
    .map((call) => resultMutation(call, isOfModel(call, observed)));
}

/** Whether a model was told the result, as opposed to code. */
function isOfModel({ caller }: CallRecord, { exchanges }: ObservedCase): boolean {
  return exchanges.some(({ callId }) => callId === caller);
}

function resultMutation({ id }: CallRecord, isOneWord: boolean): Mutation {
  return {
    name: `the result of ${id}`,
    key: JSON.stringify(["result", id, isOneWord ? "one word" : "all of it"]),
    callId: id,
    begin: () => {
      let change: Change | undefined;
      return {
        call: ({ session }) => {
          const rewrites = session?.rewrites ?? NO_REWRITES;
          return changing(id, (value) => {
            const made = isOneWord ? changeJson(value, rewrites) : changeEverywhere(value);
            if (!made) return value;
            change = { before: textOf(made.before), after: textOf(made.after) };
            return made.after;
          });
        },
        changed: () => change,
      };
    },
  };
}

/** Changes what one call gives or what it is said to have failed for. */
function changing(id: string, changed: (value: Json) => Json): AroundCall {
  return async (call, proceed) => {
    if (call.id !== id) return proceed();
    let output: Json;
    try {
      output = await proceed();
    } catch (error) {
      if (!isToldToModel(error)) throw error;
      throw failure(error, (text) => textOf(changed(text)));
    }
    return changed(output);
  };
}

function failure(error: unknown, changed: (text: string) => string): Error {
  if (!isLlmDoError(error)) return new Error(changed(messageOf(error)), { cause: error });
  const { what, reason } = error;
  const code = error.code === "approval-denied" ? error.code : "call"; // what a model is told
  return new LlmDoError({ code, verb: "call", what, reason: changed(reason), cause: error });
}

/** Whether the caller went on after it: code always does, a model when it is asked once more. */
function isUsed(call: CallRecord, { run, exchanges }: ObservedCase): boolean {
  if (call.id === "" || call.output === undefined) return false;
  const last = exchanges.filter(({ callId }) => callId === call.caller).at(-1);
  if (!last) return true;
  const told = last.request.messages.filter(({ kind }) => kind === "tool").length;
  const siblings = run.calls.filter(({ caller }) => caller === call.caller);
  return siblings.indexOf(call) < told;
}
