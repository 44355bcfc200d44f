import { nearest } from "../errors/nearest.ts";
import { STOP_REASONS, type StopReason } from "../model/event.ts";
import type { AnswerPart } from "../model/message.ts";
import { NO_USAGE, type Usage } from "../model/usage.ts";
import type {
  ScriptEnding,
  ScriptFailure,
  ScriptItem,
  ScriptStep,
  ScriptWhen,
} from "./script-item.ts";
import { type YamlField, YamlValue } from "./script-yaml.ts";

type Fields = ReadonlyMap<string, YamlField>;

const ITEM_KEYS = ["text", "thinking", "tool_call", "stop", "usage", "delay_ms", "error", "when"];
const TOOL_CALL_KEYS = ["name", "input", "id"];
const ERROR_KEYS = ["status", "type", "message"];
const WHEN_KEYS = ["worker", "contains"];

/** How a usage may be written: as providers do, or as cassettes do. */
const USAGE_FIELDS: Readonly<Record<string, keyof Usage>> = {
  input_tokens: "inputTokens",
  output_tokens: "outputTokens",
  cache_read_tokens: "cacheReadTokens",
  cache_write_tokens: "cacheWriteTokens",
  inputTokens: "inputTokens",
  outputTokens: "outputTokens",
  cacheReadTokens: "cacheReadTokens",
  cacheWriteTokens: "cacheWriteTokens",
};

/** What was read of an item so far. */
interface Draft {
  readonly steps: ScriptStep[];
  readonly ids: Set<string>;
  when?: ScriptWhen;
  stop?: StopReason;
  usage?: Usage;
  failure?: ScriptFailure;
}

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
  const root = YamlValue.parse(text, file);
  const list = root.list();
  const tries = ['begin each item with "- "'];
  if (root.isEmpty || list?.length === 0) throw root.error("the script holds no items", tries);
  if (!list) throw root.error("a script is a YAML list with one item per request", tries);
  return withCallIds(list.map(readItem));
}

function readItem(item: YamlValue): ScriptItem {
  const draft: Draft = { steps: [], ids: new Set() };
  for (const entry of item.list() ?? [item]) readEntry(draft, entry);
  const ending = endingOf(draft, item);
  return { place: item.place, when: draft.when ?? {}, steps: draft.steps, ending };
}

function readEntry(draft: Draft, entry: YamlValue): void {
  if (draft.failure) throw entry.error("nothing can come after an error");
  const text = entry.text();
  if (text !== undefined) {
    say(draft, { kind: "text", text });
    return;
  }
  const fields = entry.fields("a script item", ITEM_KEYS);
  if (!fields) throw entry.error("an item is a text, a map, or a list of maps");
  const delay = fields.get("delay_ms");
  if (delay) draft.steps.push({ kind: "wait", durationMs: amount(delay.value, "delay_ms") });
  for (const [name, field] of fields) readField(draft, name, field);
}

function readField(draft: Draft, name: string, { key, value }: YamlField): void {
  if (name === "text" || name === "thinking") {
    say(draft, { kind: name, text: textOf(value, name) });
  } else if (name === "tool_call") {
    say(draft, toolCallOf(value, draft.ids));
  } else if (name !== "delay_ms") {
    if (isSet(draft, name)) throw key.error(`an item has only one "${name}"`);
    if (name === "stop") draft.stop = stopOf(value);
    if (name === "usage") draft.usage = usageOf(value);
    if (name === "when") draft.when = whenOf(value);
    if (name === "error") draft.failure = failureOf(value);
  }
}

function isSet(draft: Draft, name: string): boolean {
  if (name === "stop") return draft.stop !== undefined;
  if (name === "usage") return draft.usage !== undefined;
  return name === "when" && draft.when !== undefined;
}

function say(draft: Draft, part: AnswerPart): void {
  draft.steps.push({ kind: "say", part });
}

function endingOf(draft: Draft, item: YamlValue): ScriptEnding {
  const { failure, stop, usage = NO_USAGE, steps } = draft;
  if (failure) {
    if (stop ?? draft.usage) throw item.error('an item with "error" has no "stop" and no "usage"');
    return failure;
  }
  const says = steps.flatMap((step) => (step.kind === "say" ? [step.part.kind] : []));
  if (says.length === 0 && stop === undefined) {
    throw item.error("the item says nothing", ['add "text", "tool_call" or "error"']);
  }
  return { kind: "end", stop: stop ?? (says.includes("tool-call") ? "tool-calls" : "end"), usage };
}

/** The call's id is empty where none is written; {@link withCallIds} fills it. */
function toolCallOf(value: YamlValue, ids: Set<string>): AnswerPart {
  const fields = fieldsOf(value, "tool_call", TOOL_CALL_KEYS);
  const name = fields.get("name");
  if (!name) throw value.error('the tool call has no "name"');
  const idField = fields.get("id");
  const id = idField ? textOf(idField.value, "id") : "";
  if (idField && ids.has(id)) throw idField.value.error(`the item has two tool calls "${id}"`);
  ids.add(id);
  const input = fields.get("input")?.value;
  return {
    kind: "tool-call",
    id,
    name: textOf(name.value, "name"),
    input: input === undefined || input.isEmpty ? {} : input.json(),
  };
}

function stopOf(value: YamlValue): StopReason {
  const text = textOf(value, "stop");
  const stop = STOP_REASONS.find((reason) => reason === text);
  if (stop) return stop;
  const meant = nearest(text, STOP_REASONS);
  const hint = meant === undefined ? `use one of ${STOP_REASONS.join(", ")}` : `write "${meant}"`;
  throw value.error(`unknown stop reason "${text}"`, [hint]);
}

function usageOf(value: YamlValue): Usage {
  const usage: { -readonly [Name in keyof Usage]: Usage[Name] } = { ...NO_USAGE };
  for (const [name, field] of fieldsOf(value, "usage", Object.keys(USAGE_FIELDS))) {
    const target = USAGE_FIELDS[name];
    if (target) usage[target] = wholeAmount(field.value, name);
  }
  return usage;
}

function whenOf(value: YamlValue): ScriptWhen {
  const fields = fieldsOf(value, "when", WHEN_KEYS);
  const worker = fields.get("worker");
  const contains = fields.get("contains");
  return {
    ...(worker ? { worker: textOf(worker.value, "worker") } : {}),
    ...(contains ? { contains: textOf(contains.value, "contains") } : {}),
  };
}

function failureOf(value: YamlValue): ScriptFailure {
  const fields = fieldsOf(value, "error", ERROR_KEYS);
  const status = fields.get("status")?.value;
  const type = fields.get("type")?.value;
  const message = fields.get("message")?.value;
  if (!status && !type && !message) throw value.error("the error says nothing");
  return {
    kind: "error",
    status: status && wholeAmount(status, "status"),
    type: type && textOf(type, "type"),
    message: message ? textOf(message, "message") : "",
  };
}

function fieldsOf(value: YamlValue, name: string, keys: readonly string[]): Fields {
  const fields = value.fields(`"${name}"`, keys);
  if (!fields) throw value.error(`"${name}" must be a map of ${keys.join(", ")}`);
  return fields;
}

function textOf(value: YamlValue, name: string): string {
  const text = value.text();
  if (text === undefined) throw value.error(`"${name}" must be a text`);
  return text;
}

function amount(value: YamlValue, name: string): number {
  const number = value.number();
  if (number !== undefined && number >= 0 && Number.isFinite(number)) return number;
  throw value.error(`"${name}" must be a number, 0 or more`);
}

function wholeAmount(value: YamlValue, name: string): number {
  const number = amount(value, name);
  if (Number.isSafeInteger(number)) return number;
  throw value.error(`"${name}" must be a whole number`);
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
