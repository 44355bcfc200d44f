import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { AnswerPart, ProviderExtra, ToolCallPart } from "../../model/message.ts";
import type { CallIds } from "./call-ids.ts";
import { mergeDetails, type Reasoning } from "./reasoning.ts";
import { isWholeJson, ToolCallTracker, type TrackedCall } from "./tool-call-tracker.ts";
import { WIRE } from "./wire-name.ts";

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
export class AnswerBuilder {
  readonly #ids: CallIds;
  readonly #tracker = new ToolCallTracker();
  #open: Item[] = [];
  #hasCalls = false;
  #hasText = false;
  #hasBrokenCall = false;

  constructor(ids: CallIds) {
    this.#ids = ids;
  }

  /** Whether a tool call was taken out. */
  get hasCalls(): boolean {
    return this.#hasCalls;
  }

  get hasText(): boolean {
    return this.#hasText;
  }

  /** Whether a tool call was taken whose arguments are no JSON. */
  get hasBrokenCall(): boolean {
    return this.#hasBrokenCall;
  }

  addReasoning(reasoning: Reasoning): void {
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
    this.#hasText ||= !isRefusal;
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
  takeEnded(): AnswerPart[] {
    let ended = this.#open.findIndex((item) => item.kind === "tool-call");
    if (ended < 0) ended = Math.max(0, this.#open.length - 1);
    return this.#open.splice(0, ended).map((item) => this.#close(item));
  }

  /** Takes out everything: the answer has ended. Some servers add an entry that is no call. */
  takeAll(): AnswerPart[] {
    const all = this.#open.splice(0).filter((item) => !isEmptyCall(item));
    return all.map((item) => this.#close(item));
  }

  /** Takes out what is surely whole, for a stream that broke: not the last, no half arguments. */
  takeWhole(): AnswerPart[] {
    const all = this.#open.splice(0);
    const whole = all
      .slice(0, -1)
      .filter((item) => item.kind !== "tool-call" || isWholeJson(item.call.argumentsText));
    return whole.map((item) => this.#close(item));
  }

  #close(item: Item): AnswerPart {
    if (item.kind === "opaque") return { kind: "opaque", extra: extraOf(item.data) };
    if (item.kind === "text") {
      const extra = item.isRefusal ? { extra: extraOf({ field: "refusal" }) } : {};
      return { kind: "text", text: item.text, ...extra };
    }
    if (item.kind === "thinking") {
      const details = item.details.length > 0 ? { details: item.details } : {};
      return { kind: "thinking", text: item.text, extra: extraOf({ ...item.data, ...details }) };
    }
    const part = toolCallPart(item.call, this.#ids.take(item.call.id));
    this.#hasCalls = true;
    this.#hasBrokenCall ||= part.invalidInput !== undefined;
    return part;
  }
}

function isEmptyCall(item: Item): boolean {
  return item.kind === "tool-call" && item.call.name === "" && item.call.argumentsText === "";
}

function extraOf(data: JsonObject): ProviderExtra {
  return { wire: WIRE, data };
}

function toolCallPart(call: TrackedCall, id: string): ToolCallPart {
  const extra = Object.keys(call.extra).length > 0 ? { extra: extraOf(call.extra) } : {};
  const base = { kind: "tool-call", id, name: call.name, ...extra } as const;
  if (call.argumentsText.trim() === "") return { ...base, input: {} };
  try {
    const input: Json = JSON.parse(call.argumentsText);
    return { ...base, input: input ?? {} };
  } catch {
    // The runtime tells the model that its arguments are no JSON.
    return { ...base, input: {}, invalidInput: call.argumentsText };
  }
}
