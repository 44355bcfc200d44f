import { isJsonObject, type Json, type JsonObject, textField } from "../../model/json.ts";
import { countIn, NO_USAGE, type Usage } from "../../model/usage.ts";
import { ProviderError } from "../provider-error.ts";
import { readErrorBody } from "../wire/errors/error-body.ts";
import { streamError } from "../wire/errors/http-error.ts";
import type { Reading, WireDecoder, WireEvent } from "../wire/wire.ts";
import { AnswerParts, readContentBlock } from "./decode-part.ts";
import { hasEmptyReasoning, readReasoning } from "./reasoning.ts";
import { extraOf } from "./wire-rules.ts";

/**
 * Reads one answer: the chunks of a stream, or one whole completion, which differs from a chunk
 * only in that its tool calls are whole.
 */
export class AnswerDecoder implements WireDecoder {
  readonly #reading: Reading;
  readonly #parts = new AnswerParts();
  #usage: Usage | undefined;
  #finish: string | undefined;
  #model: string | undefined;
  #isRefused = false;
  #hasChoices = false;
  /** Which of several choices is read: the first that came. */
  #choice: Json | undefined;
  #extraContent: JsonObject = {};
  foreign: Json | undefined;
  state: WireDecoder["state"] = "open";

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  push(event: Json): readonly WireEvent[] {
    return this.#take(event, false);
  }

  pushWhole(document: Json): readonly WireEvent[] | undefined {
    const said = this.#take(document, true);
    return this.#hasChoices ? [...said, ...this.end()] : undefined;
  }

  pushDone(): readonly WireEvent[] {
    return this.end();
  }

  end(): readonly WireEvent[] {
    this.state = "ended";
    const parts = this.#parts.takeAll();
    const hasExtra = Object.keys(this.#extraContent).length > 0;
    const extra = extraOf({ fields: { extra_content: this.#extraContent } });
    return [
      ...parts,
      ...(hasExtra
        ? [{ kind: "part", part: { kind: "opaque", extra }, means: "nothing" } as const]
        : []),
      {
        kind: "end",
        reason: this.#finish,
        isRefusal: this.#isRefused,
        model: this.#model,
        usage: this.#usage ?? NO_USAGE,
      },
    ];
  }

  #take(chunk: Json, isWhole: boolean): readonly WireEvent[] {
    if (!isJsonObject(chunk)) return this.#takeForeign(chunk);
    this.#failOn(chunk.error);
    if (chunk.type === "error") this.#failOn(chunk);
    this.#usage = decodeUsage(chunk.usage) ?? this.#usage;
    this.#model ??= textField(chunk, "model") || undefined;
    const { choices } = chunk;
    if (!Array.isArray(choices)) return this.#takeForeign(chunk);
    this.#hasChoices = true;
    this.foreign = undefined;
    const choice = choices.filter(isJsonObject).find((one) => this.#isRead(one));
    return choice ? this.#takeChoice(choice, isWhole) : [];
  }

  #isRead({ index = null }: JsonObject): boolean {
    if (typeof index !== "number") return true;
    this.#choice ??= index;
    return index === this.#choice;
  }

  #takeChoice(choice: JsonObject, isWhole: boolean): readonly WireEvent[] {
    this.#failOn(choice.error);
    const message = choice.delta ?? choice.message;
    const said = isJsonObject(message) ? this.#takeMessage(message, isWhole) : [];
    // Some servers send an empty reason with each chunk: it says nothing.
    if (typeof choice.finish_reason === "string" && choice.finish_reason !== "") {
      this.#finish = choice.finish_reason;
      this.state = "finished";
    }
    const ended = this.#parts.takeEnded();
    return ended.length === 0 ? said : [...said, ...ended];
  }

  #takeMessage(message: JsonObject, isWhole: boolean): readonly WireEvent[] {
    const said: WireEvent[] = [];
    const reasoning = readReasoning(message);
    if (reasoning) {
      this.#parts.addReasoning(reasoning);
      if (reasoning.text !== "") said.push({ kind: "thinking-delta", text: reasoning.text });
    } else if (hasEmptyReasoning(message)) {
      this.#parts.noteEmptyReasoning();
    }
    this.#takeContent(message.content, said);
    const { refusal, tool_calls: calls, extra_content: extra, function_call: legacy } = message;
    if (typeof refusal === "string" && refusal !== "") {
      this.#isRefused = true;
      this.#parts.addText(refusal, true);
      said.push({ kind: "text-delta", text: refusal });
    }
    for (const call of Array.isArray(calls) ? calls : [calls]) {
      if (isJsonObject(call)) this.#parts.addToolCall(call, isWhole);
    }
    if (isJsonObject(legacy)) throw this.#legacyCall();
    if (isJsonObject(extra)) this.#extraContent = mergeObjects(this.#extraContent, extra);
    return said;
  }

  #takeContent(content: Json | undefined, said: WireEvent[]): void {
    if (typeof content === "string") {
      this.#parts.addText(content);
      if (content !== "") said.push({ kind: "text-delta", text: content });
      return;
    }
    for (const block of Array.isArray(content) ? content : []) {
      const read = readContentBlock(block);
      if (read.kind === "opaque") {
        this.#parts.addOpaque(read.data);
      } else if (read.kind === "thinking") {
        this.#parts.addThinkingBlock(read.text, read.block);
        if (read.text !== "") said.push({ kind: "thinking-delta", text: read.text });
      } else {
        this.#takeContent(read.text, said);
      }
    }
  }

  #takeForeign(chunk: Json): readonly WireEvent[] {
    if (!this.#hasChoices) this.foreign ??= chunk;
    return [];
  }

  /** @throws ProviderError for an error in a chunk, a choice or in place of a completion */
  #failOn(error: Json | undefined): void {
    if (error === undefined || error === null) return;
    const { config, model, foreignTries } = this.#reading;
    const said = { ...readErrorBody({ error }), status: statusIn(error) };
    throw streamError(config, model, { ...said, foreignTries: foreignTries?.() });
  }

  /** The API replaced it by `tool_calls` in 2023; a call without an id cannot be answered. */
  #legacyCall(): ProviderError {
    return new ProviderError({
      what: this.#reading.model,
      reason: "the server answered with the legacy function_call in place of tool_calls",
      type: "function_call",
      retryable: false,
      tries: ["update the server, or use one that sends tool_calls"],
    });
  }
}

function statusIn(error: Json): number | undefined {
  const code = isJsonObject(error) ? (error.status_code ?? error.code) : undefined;
  return typeof code === "number" && code >= 400 && code < 600 ? code : undefined;
}

function mergeObjects(left: JsonObject, right: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...left };
  for (const [name, value] of Object.entries(right)) {
    const before = merged[name];
    merged[name] =
      isJsonObject(before) && isJsonObject(value) ? mergeObjects(before, value) : value;
  }
  return merged;
}

/**
 * Reads a `usage` object. Cached tokens are inside the prompt count here and beside it in
 * {@link Usage}. Some servers leave reasoning out of `completion_tokens` but not out of
 * `total_tokens`, so the output is the larger of the two readings.
 */
export function decodeUsage(usage: Json | undefined): Usage | undefined {
  if (!isJsonObject(usage)) return undefined;
  const promptTokens = countIn(usage.prompt_tokens);
  const completionTokens = countIn(usage.completion_tokens);
  const details = isJsonObject(usage.prompt_tokens_details) ? usage.prompt_tokens_details : {};
  const cacheReadTokens = countIn(details.cached_tokens) || countIn(usage.prompt_cache_hit_tokens);
  const cacheWriteTokens = countIn(details.cache_write_tokens);
  const output = usage.completion_tokens_details;
  const reasoningTokens = isJsonObject(output) ? countIn(output.reasoning_tokens) : 0;
  return {
    inputTokens: Math.max(0, promptTokens - cacheReadTokens - cacheWriteTokens),
    outputTokens: Math.max(completionTokens, countIn(usage.total_tokens) - promptTokens),
    ...(cacheReadTokens > 0 ? { cacheReadTokens } : {}),
    ...(cacheWriteTokens > 0 ? { cacheWriteTokens } : {}),
    ...(reasoningTokens > 0 ? { reasoningTokens } : {}),
  };
}
