import { isJsonObject, type Json, type JsonObject } from "../../../model/json.ts";
import type {
  AnswerPart,
  Attachment,
  ContentPart,
  ProviderExtra,
  ToolCallPart,
} from "../../../model/message.ts";
import type { ToolNames } from "../tool-names.ts";
import type { WireRules } from "../wire-rules.ts";

/** Stands for a file's name that is blank. */
const NAMELESS_FILE = "file";

/** Holds an input that is not an object, because every API wants one. */
const INPUT_FIELD = "value";

export function isBlank(text: string): boolean {
  return text.trim() === "";
}

/** The content of a message of the user or of a tool, without blank texts. */
export function sendableContent(content: readonly ContentPart[]): ContentPart[] {
  return content.flatMap((part): ContentPart[] => {
    if (part.kind !== "text") return [sendableFile(part)];
    return isBlank(part.text) ? [] : [{ ...part, text: part.text.toWellFormed() }];
  });
}

function sendableFile(file: Attachment): Attachment {
  if (file.kind === "attachment-url") return { ...file, url: file.url.toWellFormed() };
  const name = isBlank(file.name) ? NAMELESS_FILE : file.name.toWellFormed();
  return { ...file, name };
}

/**
 * The parts of an answer that a wire takes back: what it wrote itself as it came, of another wire
 * the text and the calls. A blank text goes at the end of the text before it, or not at all.
 */
export function sendableParts(
  parts: readonly AnswerPart[],
  rules: WireRules,
  names: ToolNames,
): AnswerPart[] {
  const sendable: AnswerPart[] = [];
  for (const part of parts) {
    const last = sendable.at(-1);
    if (part.kind === "text" && isBlank(part.text)) {
      if (last?.kind === "text") sendable[sendable.length - 1] = appended(last, part.text);
      continue;
    }
    const own = sendablePart(part, rules, names);
    if (own) sendable.push(own);
  }
  return rules.thinkingLeads ? withoutLastThinking(sendable, rules) : sendable;
}

function appended<Part extends { readonly text: string }>(part: Part, text: string): Part {
  return { ...part, text: part.text + text };
}

function sendablePart(
  part: AnswerPart,
  rules: WireRules,
  names: ToolNames,
): AnswerPart | undefined {
  if (!rules.takesReasoning && isReasoning(part)) return undefined;
  const isOwn = part.extra?.wire === rules.wire && isJsonObject(part.extra.data);
  const back = isOwn ? rules.ownPart(part) : withoutExtra(part);
  if (back === undefined) return undefined;
  const extra = back.extra === undefined ? {} : { extra: repairedExtra(back.extra) };
  switch (back.kind) {
    case "text":
    case "thinking":
      return { ...back, text: back.text.toWellFormed(), ...extra };
    case "opaque":
      return { ...back, ...extra };
    case "tool-call": {
      const { kind, id, name } = back;
      return { kind, id, name: names.sent(name), input: sendableInput(back), ...extra };
    }
    default:
      return back satisfies never;
  }
}

/** Anthropic sends reasoning that nobody may read in a block of its own. */
function isReasoning(part: AnswerPart): boolean {
  if (part.kind !== "opaque") return part.kind === "thinking";
  return isJsonObject(part.extra.data) && part.extra.data.type === "redacted_thinking";
}

/** What every API understands of a part that another one wrote. */
function withoutExtra(part: AnswerPart): AnswerPart | undefined {
  if (part.kind === "thinking" || part.kind === "opaque") return undefined;
  const { extra, ...rest } = part;
  return rest;
}

function repairedExtra(extra: ProviderExtra): ProviderExtra {
  return { ...extra, data: wellFormed(extra.data) };
}

/** Arguments that nobody could read go back as none; the call's result says what was wrong. */
function sendableInput({ input, invalidInput }: ToolCallPart): JsonObject {
  if (invalidInput !== undefined || input === null) return {};
  return isJsonObject(input) ? wellFormed(input) : { [INPUT_FIELD]: wellFormed(input) };
}

function withoutLastThinking(parts: AnswerPart[], { goesAlong }: WireRules): AnswerPart[] {
  return parts.slice(0, parts.findLastIndex((part) => !goesAlong(part)) + 1);
}

/** Whether no text in a value, names of properties among them, holds half a surrogate pair. */
export function isWellFormed(value: Json): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (Array.isArray(value)) return value.every((item: Json) => isWellFormed(item));
  if (!isJsonObject(value)) return true;
  return Object.entries(value).every(([name, item]) => name.isWellFormed() && isWellFormed(item));
}

/**
 * The value with U+FFFD in place of each half of a surrogate pair, in texts and in names of
 * properties. A value without any comes back as it is.
 */
export function wellFormed(value: JsonObject): JsonObject;
export function wellFormed(value: Json): Json;
export function wellFormed(value: Json): Json {
  return isWellFormed(value) ? value : repaired(value);
}

function repaired(value: Json): Json {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map((item: Json) => repaired(item));
  if (!isJsonObject(value)) return value;
  const taken = new Set(Object.keys(value).filter((name) => name.isWellFormed()));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name.isWellFormed() ? name : takeName(name.toWellFormed(), taken),
      repaired(item),
    ]),
  );
}

/** Two names that differ in their broken halves alone stay two. */
function takeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let copy = 2; taken.has(free); copy++) free = `${name}_${copy}`;
  taken.add(free);
  return free;
}
