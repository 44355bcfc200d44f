import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { SaidEvent, WireCall } from "../wire/wire.ts";
import { mergeDetails, REQUIRED_FIELD, type Reasoning } from "./reasoning.ts";
import { ToolCallTracker, type TrackedCall } from "./tool-call-tracker.ts";
import { extraOf } from "./wire-rules.ts";

/** One block of a content list, which Mistral sends in place of a text. */
type ContentBlock =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "thinking"; readonly text: string; readonly block: JsonObject }
  | { readonly kind: "opaque"; readonly data: JsonObject };

export function readContentBlock(block: Json): ContentBlock {
  if (typeof block === "string") return { kind: "text", text: block };
  if (!isJsonObject(block)) return { kind: "text", text: "" };
  if (block.type === "text" || block.type === "output_text")
    return { kind: "text", text: textIn(block.text) };
  if (block.type === "thinking") {
    const { type, thinking, ...beside } = block;
    return { kind: "thinking", text: textIn(thinking), block: beside };
  }
  return { kind: "opaque", data: { field: "content", block } };
}

function textIn(value: Json | undefined): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map((item) => textIn(item)).join("");
  return isJsonObject(value) ? textIn(value.text) : "";
}

/** A piece of the answer that may still grow. */
type Item =
  | { kind: "thinking"; text: string; data: JsonObject; details: readonly Json[] }
  | { kind: "text"; text: string; isRefusal: boolean }
  | { kind: "opaque"; data: JsonObject }
  | { kind: "tool-call"; call: TrackedCall };

/**
 * Puts the parts of an answer together, in the order in which they began. Text and thinking have
 * ended once something else begins; tool calls only with the answer, since pieces of several calls
 * may alternate.
 */
export class AnswerParts {
  readonly #tracker = new ToolCallTracker();
  #open: Item[] = [];
  /** Whether reasoning came, or the field for it without any. */
  #reasoning: "none" | "empty" | "some" = "none";

  /** Takes note of reasoning that is empty: it counts where the answer turns out to hold calls. */
  noteEmptyReasoning(): void {
    if (this.#reasoning === "none") this.#reasoning = "empty";
  }

  addReasoning(reasoning: Reasoning): void {
    this.#reasoning = "some";
    const last = this.#open.at(-1);
    const details = reasoning.details;
    const field = reasoning.field;
    if (last?.kind === "thinking" && last.data.block === undefined) {
      last.text += reasoning.text;
      last.details = mergeDetails(last.details, details);
      if (field !== undefined) last.data = { ...last.data, field };
      return;
    }
    const data = field === undefined ? {} : { field };
    this.#open.push({ kind: "thinking", text: reasoning.text, data, details });
  }

  addText(text: string, isRefusal = false): void {
    if (text === "") return;
    const last = this.#open.at(-1);
    if (last?.kind === "text" && last.isRefusal === isRefusal) last.text += text;
    else this.#open.push({ kind: "text", text, isRefusal });
  }

  /** Takes a thinking block of a content list; `block` is what stands beside its text. */
  addThinkingBlock(text: string, block: JsonObject): void {
    const last = this.#open.at(-1);
    if (last?.kind === "thinking" && isJsonObject(last.data.block)) {
      last.text += text;
      last.data = { field: "content", block: { ...last.data.block, ...block } };
      return;
    }
    this.#open.push({ kind: "thinking", text, data: { field: "content", block }, details: [] });
  }

  addOpaque(data: JsonObject): void {
    this.#open.push({ kind: "opaque", data });
  }

  /** @param isWhole whether the entry is a whole call, not a piece of one */
  addToolCall(entry: JsonObject, isWhole: boolean): void {
    const { call, isNew } = isWhole
      ? { call: this.#tracker.begin(entry), isNew: true }
      : this.#tracker.push(entry);
    if (isNew) this.#open.push({ kind: "tool-call", call });
  }

  /** Takes out the parts that have ended, up to the first that has not. */
  takeEnded(): SaidEvent[] {
    if (this.#open.length < 2) return [];
    const firstCall = this.#open.findIndex((item) => item.kind === "tool-call");
    const ended = firstCall < 0 ? this.#open.length - 1 : firstCall;
    return this.#open.splice(0, ended).map(eventOf);
  }

  /** Takes out everything: the answer has ended. Some servers add an entry that is no call. */
  takeAll(): SaidEvent[] {
    const items = this.#open.splice(0).filter((item) => !isEmptyCall(item));
    const firstCall = items.findIndex((item) => item.kind === "tool-call");
    if (firstCall >= 0 && this.#reasoning === "empty") items.splice(firstCall, 0, EMPTY_REASONING);
    return items.map(eventOf);
  }
}

/** Goes back with calls to DeepSeek, which refuses them without (`docs/wire/openai-chat.md`). */
const EMPTY_REASONING: Item = {
  kind: "thinking",
  text: "",
  data: { field: REQUIRED_FIELD },
  details: [],
};

function isEmptyCall(item: Item): boolean {
  if (item.kind !== "tool-call" || item.call.argumentsText !== "") return false;
  return item.call.name === "" || item.call.mayBeEcho;
}

function eventOf(item: Item): SaidEvent {
  switch (item.kind) {
    case "opaque":
      return { kind: "part", part: { kind: "opaque", extra: extraOf(item.data) } };
    case "text": {
      const extra = item.isRefusal ? { extra: extraOf({ field: "refusal" }) } : {};
      return { kind: "part", part: { kind: "text", text: item.text, ...extra } };
    }
    case "thinking": {
      const details = item.details.length > 0 ? { details: item.details } : {};
      const extra = extraOf({ ...item.data, ...details });
      return { kind: "part", part: { kind: "thinking", text: item.text, extra } };
    }
    case "tool-call":
      return { kind: "call", call: callOf(item.call) };
    default:
      return item satisfies never;
  }
}

function callOf({ id, name, argumentsText, extra }: TrackedCall): WireCall {
  const extras = Object.keys(extra).length > 0 ? { extra: extraOf(extra) } : {};
  return { id, name, arguments: argumentsText, ...extras };
}
