import { hash } from "node:crypto";
import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import { isJsonObject, type Json, textOrJson } from "../../model/json.ts";
import type { AroundCall } from "../../runtime/state/run-state.ts";
import { isToldToModel } from "../../runtime/state/told-to-model.ts";
import { isContained, NO_REWRITES, type ObservedCase } from "../cases/run/observed-case.ts";
import type { CallRecord } from "../run/case-run.ts";
import { changeEverywhere, changeJson, type JsonChange } from "./changed-json.ts";
import { type Change, changeKey, type Mutation } from "./mutation.ts";
import { workerMutations } from "./worker-mutations.ts";

/** A mutation that a person can name. */
export interface IdentifiedMutation extends Mutation {
  /** Eight hexadecimal digits, the first a letter, so that no YAML reads them as a number. */
  readonly id: string;
}

/**
 * Everything about a case that is worth changing, one at a time: only what its run used. What no
 * model was asked and no code was given could not be noticed by anybody.
 *
 * The ids follow from the case's name and from what is changed and how. They stay when something
 * else of the project changes.
 */
export function mutationsOf(observed: ObservedCase): readonly IdentifiedMutation[] {
  const all = [
    ...inputMutations(observed),
    ...workerMutations(observed),
    ...resultMutations(observed),
  ];
  const counts = new Map<string, number>();
  return all.map((mutation) => {
    const count = (counts.get(mutation.key) ?? 0) + 1;
    counts.set(mutation.key, count);
    return { ...mutation, id: idOf([observed.one.name, mutation.key, count]) };
  });
}

const ID = /[a-f][0-9a-f]{7}/;

function idOf(parts: readonly (string | number)[]): string {
  const digits = hash("sha256", JSON.stringify(parts));
  return ID.exec(digits)?.[0] ?? `a${digits.slice(0, 7)}`;
}

/** Mutations of what the case gives its entry: of each field, or of the whole where it has none. */
function inputMutations({ one, project, rewrites }: ObservedCase): readonly Mutation[] {
  const { input } = one;
  const isCode = project.entry.kind === "tool";
  const changed = (value: Json) => (isCode ? changeEverywhere(value) : changeJson(value, rewrites));
  // Code that gets nothing has nothing that it could overlook; a model reads an empty text too.
  if (isEmpty(input) && isCode) return [];
  if (!isJsonObject(input) || isEmpty(input)) {
    const change = changed(input);
    return change ? [inputMutation("the input", change, changeKey("input", textsOf(change)))] : [];
  }
  return Object.entries(input).flatMap(([name, value]) => {
    if (name === "attachments") return []; // paths: what they lead to is what matters
    const change = changed(value);
    if (!change) return [];
    const after = { ...input, [name]: change.after };
    const key = changeKey(`input ${name}`, textsOf(change));
    return [inputMutation(`the input's ${name}`, { before: input, after }, key)];
  });
}

function textsOf({ before, after }: JsonChange): Change {
  return { before: textOrJson(before), after: textOrJson(after) };
}

function inputMutation(name: string, { before, after }: JsonChange, key: string): Mutation {
  const change = textsOf({ before, after });
  return { name, key, begin: () => ({ input: after, changed: () => change }) };
}

function isEmpty(input: Json): boolean {
  if (typeof input !== "object" || input === null) return input === "" || input === null;
  return Object.keys(input).length === 0;
}

/** Mutations of what functions gave their callers, where these went on with it. */
function resultMutations(observed: ObservedCase): readonly Mutation[] {
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
            change = { before: textOrJson(made.before), after: textOrJson(made.after) };
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
      throw failure(error, (text) => textOrJson(changed(text)));
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
