import { isJsonObject, type Json } from "../../model/json.ts";
import type { ObservedCase } from "../cases/run/observed-case.ts";
import { changeEverywhere, changeJson, type JsonChange } from "./changed-json.ts";
import { type Change, changeKey, type Mutation, textOf } from "./mutation.ts";

/** Mutations of what the case gives its entry: of each field, or of the whole where it has none. */
export function inputMutations({ one, project, rewrites }: ObservedCase): readonly Mutation[] {
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
  return { before: textOf(before), after: textOf(after) };
}

function inputMutation(name: string, { before, after }: JsonChange, key: string): Mutation {
  const change = textsOf({ before, after });
  return { name, key, begin: () => ({ input: after, changed: () => change }) };
}

function isEmpty(input: Json): boolean {
  if (typeof input !== "object" || input === null) return input === "" || input === null;
  return Object.keys(input).length === 0;
}
