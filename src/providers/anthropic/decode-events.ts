import type { AnswerEnd, ModelEvent } from "../../model/event.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { decodeBlock, readInput } from "./decode-block.ts";
import { decodeEnd, mergeUsage } from "./decode-end.ts";

/** A content block that is still being said. */
interface OpenBlock {
  block: JsonObject;
  /** The arguments of a tool call so far, which are JSON only once they are whole. */
  inputText: string;
}

/**
 * Turns the events of one stream into model events: deltas as they come, a part when its block
 * stops, the end when the message stops. Events and deltas of unknown types say nothing.
 */
export class EventDecoder {
  readonly #open = new Map<number, OpenBlock>();
  #usage: JsonObject = {};
  #stopReason: Json | undefined;
  #ended = false;

  /** Whether the message has stopped; what comes later is not part of it. */
  get ended(): boolean {
    return this.#ended;
  }

  push(event: JsonObject): readonly ModelEvent[] {
    switch (event.type) {
      case "message_start":
        if (isJsonObject(event.message)) this.#usage = mergeUsage({}, event.message.usage);
        return [];
      case "content_block_start":
        return this.#start(event);
      case "content_block_delta":
        return this.#delta(event);
      case "content_block_stop":
        return this.#stop(indexOf(event));
      case "message_delta":
        if (isJsonObject(event.delta)) this.#stopReason = event.delta.stop_reason;
        this.#usage = mergeUsage(this.#usage, event.usage);
        return [];
      case "message_stop":
        return this.#end();
      default:
        return [];
    }
  }

  #start(event: JsonObject): readonly ModelEvent[] {
    const { content_block: block } = event;
    if (!isJsonObject(block)) return [];
    this.#open.set(indexOf(event), { block, inputText: "" });
    // A block may begin with its first words.
    return deltaEvents(block.type === "thinking" ? block.thinking : block.text, block.type);
  }

  #delta(event: JsonObject): readonly ModelEvent[] {
    const open = this.#open.get(indexOf(event));
    const { delta } = event;
    if (!open || !isJsonObject(delta)) return [];
    if (delta.type === "input_json_delta") {
      if (typeof delta.partial_json === "string") open.inputText += delta.partial_json;
      return [];
    }
    open.block = withDelta(open.block, delta);
    if (delta.type === "text_delta") return deltaEvents(delta.text, "text");
    if (delta.type === "thinking_delta") return deltaEvents(delta.thinking, "thinking");
    return [];
  }

  #stop(index: number): readonly ModelEvent[] {
    const open = this.#open.get(index);
    if (!open) return [];
    this.#open.delete(index);
    return [{ kind: "part", part: finish(open) }];
  }

  #end(): readonly ModelEvent[] {
    this.#ended = true;
    // Some compatible servers leave the last content_block_stop out.
    const rest = [...this.#open.keys()].flatMap((index) => this.#stop(index));
    const end: AnswerEnd = decodeEnd(this.#stopReason, this.#usage);
    return [...rest, end];
  }
}

function indexOf(event: JsonObject): number {
  return typeof event.index === "number" ? event.index : 0;
}

function deltaEvents(text: Json | undefined, type: Json | undefined): readonly ModelEvent[] {
  if (typeof text !== "string" || text === "") return [];
  if (type === "text") return [{ kind: "text-delta", text }];
  return type === "thinking" ? [{ kind: "thinking-delta", text }] : [];
}

/** A delta's fields go behind the block's of the same name; a citation joins the list of them. */
function withDelta(block: JsonObject, delta: JsonObject): JsonObject {
  const { type, ...fields } = delta;
  if (type === "citations_delta") {
    const before = Array.isArray(block.citations) ? block.citations : [];
    return { ...block, citations: [...before, fields.citation ?? null] };
  }
  const next: Record<string, Json> = { ...block };
  for (const [name, value] of Object.entries(fields)) {
    const before = next[name];
    next[name] = typeof before === "string" && typeof value === "string" ? before + value : value;
  }
  return next;
}

function finish({ block, inputText }: OpenBlock) {
  if (inputText === "") return decodeBlock(block);
  const { input, invalidInput } = readInput(inputText);
  const part = decodeBlock({ ...block, input });
  return part.kind === "tool-call" && invalidInput !== undefined ? { ...part, invalidInput } : part;
}
