import type { LlmDoError } from "../../errors/llm-do-error.ts";
import { childField, type Field, fieldError, wrongValue } from "../../format/reader.ts";
import type { StopReason } from "../../model/event.ts";
import type { Json } from "../../model/json.ts";
import type { AnswerPart } from "../../model/message.ts";
import { NO_USAGE } from "../../model/usage.ts";
import { parseYamlTree } from "../../yaml/parse-yaml-tree.ts";
import { isNothing, type MapTree, type Tree, treeFromJson } from "../../yaml/tree.ts";
import { type YamlSource, yamlError } from "../../yaml/yaml-source.ts";
import {
  SCRIPT_ENTRY,
  type ScriptEnding,
  type ScriptEntry,
  type ScriptItem,
  type ScriptStep,
} from "./script-item.ts";

/** Most values of a script: ten thousand answers with a tool call each, read in a second or so. */
const MAX_SCRIPT_VALUES = 100_000;

/**
 * Reads a script: a YAML list with one item per request, in order.
 *
 * An item is a text, or a map, or a list of maps, of `text`, `thinking` and `tool_call: { name,
 * input, id }`, with optional `stop`, `usage` and `delay_ms`. `error: { status, type, message }`
 * stands in place of an answer, or last, where the answer breaks off. `when: { worker, contains }`
 * makes the item answer only such a request.
 *
 * A usage that is not written is zero, because nothing was spent. Tool calls without an id get
 * `call_1`, `call_2`, ... through the whole script.
 *
 * @param file the name of the script in errors
 * @throws LlmDoError `file` with the place, when the text is not such a list.
 *
 * @example
 * ```ts
 * const items = parseScript("- tool_call: { name: ls }\n- All sorted.\n", "main.yaml");
 * ```
 */
export function parseScript(text: string, file: string): readonly ScriptItem[] {
  const source: YamlSource = {
    file,
    code: "file",
    verb: "read",
    noun: "the script",
    maxValues: MAX_SCRIPT_VALUES,
  };
  const items = itemsOf(parseYamlTree(text, source), source);
  return readItems(items, source);
}

/**
 * Reads the same from values of a program.
 *
 * @param name the name of the script in errors
 * @throws LlmDoError `file` for what is no item
 */
export function readScript(values: readonly Json[], name: string): readonly ScriptItem[] {
  const source: YamlSource = { file: name, code: "file", verb: "read", noun: "the script" };
  const items = values.map((value, index) =>
    treeFromJson(value, { file: `item ${index + 1} of ${name}` }),
  );
  return readItems(itemsOf({ kind: "list", items, place: { file: name } }, source), source);
}

function readItems(items: readonly Tree[], source: YamlSource): readonly ScriptItem[] {
  return withCallIds(items.map((tree, index) => readItem({ source, path: [index], tree })));
}

function itemsOf(root: Tree, source: YamlSource): readonly Tree[] {
  const { place } = root;
  const tries = ['begin each item with "- "'];
  if (isNothing(root) || (root.kind === "list" && root.items.length === 0)) {
    throw yamlError(source, { reason: "the script holds no items", place, tries });
  }
  if (root.kind === "list") return root.items;
  const reason = "a script is a YAML list with one item per request";
  throw yamlError(source, { reason, place, tries });
}

/** What was read of an item so far. */
interface Draft {
  readonly steps: ScriptStep[];
  readonly ids: Set<string>;
  said: ScriptEntry;
}

function readItem(item: Field): ScriptItem {
  const draft: Draft = { steps: [], ids: new Set(), said: {} };
  if (item.tree.kind === "list") {
    item.tree.items.forEach((tree, index) => {
      readEntry(draft, childField(item, index, tree), "a text or a map");
    });
  } else {
    readEntry(draft, item, "a text, a map or a list of maps");
  }
  const ending = endingOf(draft, item);
  return { place: item.tree.place, when: draft.said.when ?? {}, steps: draft.steps, ending };
}

function readEntry(draft: Draft, entry: Field, expects: string): void {
  const { tree } = entry;
  if (draft.said.error) throw itemError(entry, "nothing can come after an error");
  if (tree.kind === "scalar" && !isNothing(tree)) {
    say(draft, { kind: "text", text: tree.written });
  } else if (tree.kind === "map") {
    readMap(draft, entry, tree);
  } else {
    throw wrongValue(entry, expects);
  }
}

function readMap(draft: Draft, entry: Field, tree: MapTree): void {
  const said = SCRIPT_ENTRY.read(entry);
  const { delay_ms: durationMs } = said;
  if (durationMs !== undefined) draft.steps.push({ kind: "wait", durationMs });
  for (const [key, { value }] of tree.entries) {
    const field = childField(entry, key, value);
    if (key === "text" || key === "thinking" || key === "tool_call") {
      const part = said[key];
      if (part?.kind === "tool-call") takeId(draft, part.id, field);
      if (part) say(draft, part);
    } else if (key === "stop" || key === "usage" || key === "when") {
      const again = said[key] !== undefined && draft.said[key] !== undefined;
      if (again) throw fieldError(field, `comes again: an item has only one "${key}"`);
    }
  }
  draft.said = { ...draft.said, ...said };
}

function say(draft: Draft, part: AnswerPart): void {
  draft.steps.push({ kind: "say", part });
}

function takeId({ ids }: Draft, id: string, toolCall: Field): void {
  if (id === "") return; // withCallIds gives it one
  if (ids.has(id)) throw fieldError(toolCall, `has the id "${id}" of another call of its item`);
  ids.add(id);
}

function endingOf({ said, steps }: Draft, item: Field): ScriptEnding {
  const { error, stop, usage } = said;
  if (error) {
    if (stop ?? usage) throw itemError(item, 'an item with "error" has no "stop" and no "usage"');
    return error;
  }
  if (steps.every((step) => step.kind === "wait") && stop === undefined) {
    throw itemError(item, "the item says nothing", ['add "text", "tool_call" or "error"']);
  }
  return { kind: "end", stop: stop ?? usualStop(steps), usage: usage ?? NO_USAGE };
}

/** An error about a whole item, which has no key to be named by. */
function itemError(item: Field, reason: string, tries: readonly string[] = []): LlmDoError {
  return yamlError(item.source, { reason, place: item.tree.place, tries });
}

function usualStop(steps: readonly ScriptStep[]): StopReason {
  const calls = steps.some((step) => step.kind === "say" && step.part.kind === "tool-call");
  return calls ? "tool-calls" : "end";
}

/** Gives every tool call without an id one that no other call of the script has. */
function withCallIds(items: readonly ScriptItem[]): readonly ScriptItem[] {
  const taken = new Set(items.flatMap((item) => item.steps.map(callIdOf)));
  let count = 0;
  const nextId = (): string => {
    let id: string;
    do id = `call_${++count}`;
    while (taken.has(id));
    return id;
  };
  const named = (step: ScriptStep): ScriptStep => {
    if (step.kind !== "say" || step.part.kind !== "tool-call" || step.part.id !== "") return step;
    return { kind: "say", part: { ...step.part, id: nextId() } };
  };
  return items.map((item) => ({ ...item, steps: item.steps.map(named) }));
}

function callIdOf(step: ScriptStep): string | undefined {
  return step.kind === "say" && step.part.kind === "tool-call" ? step.part.id : undefined;
}
