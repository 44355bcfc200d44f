import { isJsonObject, type Json, type JsonObject, textField } from "../../model/json.ts";
import { countIn, type Usage } from "../../model/usage.ts";
import { readErrorBody } from "../wire/errors/error-body.ts";
import { streamError } from "../wire/errors/http-error.ts";
import type { Reading, WireDecoder, WireEnd, WireEvent } from "../wire/wire.ts";
import { decodeBlock } from "./decode-part.ts";

/** A content block that is still being said. */
interface OpenBlock {
  block: JsonObject;
  /** The arguments of a tool call so far, which are JSON only once they are whole. */
  inputText: string;
}

/**
 * Reads one answer of the Messages API: deltas as they come, a part when its block stops, the end
 * when the message stops. Events and deltas of unknown types say nothing.
 */
export class AnswerDecoder implements WireDecoder {
  readonly #reading: Reading;
  readonly #open = new Map<number, OpenBlock>();
  #usage: JsonObject = {};
  #stopReason: Json | undefined;
  #stopDetails: Json | undefined;
  #model: string | undefined;
  #hasBegun = false;
  foreign: Json | undefined;
  state: WireDecoder["state"] = "open";

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  push(event: Json): readonly WireEvent[] {
    if (!isJsonObject(event)) return [];
    switch (event.type) {
      case "message_start":
        this.#begin();
        if (isJsonObject(event.message)) this.#noteMessage(event.message);
        return [];
      case "content_block_start":
        return this.#start(event);
      case "content_block_delta":
        return this.#delta(event);
      case "content_block_stop":
        return this.#stop(indexOf(event));
      case "message_delta":
        if (isJsonObject(event.delta)) this.#note(event.delta);
        this.#usage = mergeUsage(this.#usage, event.usage);
        return [];
      case "message_stop":
        return this.end();
      case "error":
        throw this.#failure(event);
      default:
        if (!this.#hasBegun && event.type !== "ping") this.foreign ??= event;
        return [];
    }
  }

  /** Takes a message that came whole, from a server that does not stream. */
  pushWhole(document: Json): readonly WireEvent[] | undefined {
    const { content, type }: JsonObject = isJsonObject(document) ? document : {};
    if (type === "error") throw this.#failure(document);
    if (!isJsonObject(document) || !Array.isArray(content)) return undefined;
    this.#note(document);
    this.#noteMessage(document);
    this.state = "ended";
    const blocks = content.filter(isJsonObject).flatMap(wholeBlock);
    return [...blocks, this.#endEvent()];
  }

  /** A gateway's mark; this wire has its own end. */
  pushDone(): readonly WireEvent[] {
    return [];
  }

  end(): readonly WireEvent[] {
    this.state = "ended";
    // Some compatible servers leave the last content_block_stop out.
    const rest = [...this.#open.keys()].flatMap((index) => this.#stop(index));
    return [...rest, this.#endEvent()];
  }

  #begin(): void {
    this.#hasBegun = true;
    this.foreign = undefined;
  }

  #noteMessage(message: JsonObject): void {
    this.#model = textField(message, "model");
    this.#usage = mergeUsage({}, message.usage);
  }

  #note({ stop_reason, stop_details }: JsonObject): void {
    this.#stopReason = stop_reason ?? this.#stopReason;
    this.#stopDetails = stop_details ?? this.#stopDetails;
  }

  /** A block that begins at an open place ends the one that stood there. */
  #start(event: JsonObject): readonly WireEvent[] {
    const { content_block: block } = event;
    if (!isJsonObject(block)) return [];
    this.#begin();
    const before = this.#stop(indexOf(event));
    this.#open.set(indexOf(event), { block, inputText: "" });
    // A block may begin with its first words.
    const text = block.type === "thinking" ? block.thinking : block.text;
    return [...before, ...deltaEvents(text, block.type)];
  }

  #delta(event: JsonObject): readonly WireEvent[] {
    const { delta } = event;
    if (!isJsonObject(delta)) return [];
    const open = this.#open.get(indexOf(event)) ?? this.#impliedBlock(event, delta);
    if (!open) return [];
    if (delta.type === "input_json_delta") {
      open.inputText += inputTextIn(delta);
      return [];
    }
    open.block = withDelta(open.block, delta);
    if (delta.type === "text_delta") return deltaEvents(delta.text, "text");
    if (delta.type === "thinking_delta") return deltaEvents(delta.thinking, "thinking");
    return [];
  }

  /**
   * The block of a delta that none was begun for, as some compatible servers send them.
   *
   * @throws ProviderError for arguments: without their call, another one would run without them
   */
  #impliedBlock(event: JsonObject, { type }: JsonObject): OpenBlock | undefined {
    if (type === "input_json_delta") throw this.#failure({ message: STRAY_ARGUMENTS });
    const block = IMPLIED_BLOCKS[String(type)];
    if (!block) return undefined;
    this.#begin();
    const open = { block, inputText: "" };
    this.#open.set(indexOf(event), open);
    return open;
  }

  #stop(index: number): readonly WireEvent[] {
    const open = this.#open.get(index);
    if (!open) return [];
    this.#open.delete(index);
    return [decodeBlock(open.block, open.inputText)];
  }

  #endEvent(): WireEnd {
    const reason = typeof this.#stopReason === "string" ? this.#stopReason : undefined;
    const usage = decodeUsage(this.#usage);
    const refusal = explanationIn(this.#stopDetails);
    return { kind: "end", reason, refusal, model: this.#model, usage };
  }

  #failure(document: Json): Error {
    const { config, model, foreignTries } = this.#reading;
    const said = readErrorBody(document);
    return streamError(config, model, { ...said, foreignTries: foreignTries?.() });
  }
}

/** The provider's words for why the model refused (SDK 1.12, `RefusalStopDetails`). */
function explanationIn(details: Json | undefined): string | undefined {
  const { type, explanation } = isJsonObject(details) ? details : {};
  return type === "refusal" && typeof explanation === "string" ? explanation : undefined;
}

const STRAY_ARGUMENTS = "arguments came for a tool call that has not begun";

const IMPLIED_BLOCKS: Readonly<Record<string, JsonObject>> = {
  text_delta: { type: "text", text: "" },
  thinking_delta: { type: "thinking", thinking: "" },
};

/** A piece of arguments; some servers send the whole of them as JSON. */
function inputTextIn({ partial_json: piece }: JsonObject): string {
  if (typeof piece === "string") return piece;
  return piece === undefined || piece === null ? "" : JSON.stringify(piece);
}

function wholeBlock(block: JsonObject): readonly WireEvent[] {
  const text = block.type === "thinking" ? block.thinking : block.text;
  return [...deltaEvents(text, block.type), decodeBlock(block, "")];
}

function indexOf(event: JsonObject): number {
  return typeof event.index === "number" ? event.index : 0;
}

function deltaEvents(text: Json | undefined, type: Json | undefined): readonly WireEvent[] {
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

/**
 * What is known of the usage after one more report. Reports of a stream are cumulative, and leave
 * out or null what they do not repeat.
 */
function mergeUsage(known: JsonObject, report: Json | undefined): JsonObject {
  if (!isJsonObject(report)) return known;
  const news = Object.entries(report).filter(([, value]) => value !== null);
  return { ...known, ...Object.fromEntries(news) };
}

/** The wire's input tokens hold neither cache reads nor cache writes, as ours do not. */
function decodeUsage(usage: JsonObject): Usage {
  const cacheReadTokens = countIn(usage.cache_read_input_tokens);
  const cacheWriteTokens = countIn(usage.cache_creation_input_tokens);
  const hourTokens = isJsonObject(usage.cache_creation)
    ? countIn(usage.cache_creation.ephemeral_1h_input_tokens)
    : 0;
  return {
    inputTokens: countIn(usage.input_tokens),
    outputTokens: countIn(usage.output_tokens),
    ...(cacheReadTokens > 0 ? { cacheReadTokens } : {}),
    ...(cacheWriteTokens > 0 ? { cacheWriteTokens } : {}),
    ...(hourTokens > 0 ? { cacheWriteHourTokens: hourTokens } : {}),
  };
}
