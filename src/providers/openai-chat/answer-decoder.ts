import type { AnswerEnd, ModelEvent } from "../../model/event.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { AnswerPart } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import { NO_USAGE, type Usage } from "../../model/usage.ts";
import { streamError } from "../http-error.ts";
import type { ProviderConfig } from "../provider-config.ts";
import { AnswerBuilder } from "./answer-builder.ts";
import { brokenAnswer, foreignProtocol, nothingBeforeLimit } from "./answer-errors.ts";
import { CallIds } from "./call-ids.ts";
import { readContentBlock } from "./content-block.ts";
import { readReasoning } from "./reasoning.ts";
import { isFailure, stopReason } from "./stop-reason.ts";
import { readStreamFailure } from "./stream-failure.ts";
import { readUsage } from "./usage.ts";
import { WIRE } from "./wire-name.ts";

/**
 * Reads one answer: the chunks of a stream, or one whole completion, which differs from a chunk
 * only in that its tool calls are whole.
 */
export class AnswerDecoder {
  readonly #config: ProviderConfig;
  readonly #model: string;
  readonly #builder: AnswerBuilder;
  #usage: Usage | undefined;
  #finish: string | undefined;
  #isRefused = false;
  #hasChoices = false;
  #extraContent: JsonObject = {};
  #foreign: Json | undefined;

  constructor(config: ProviderConfig, request: ModelRequest) {
    this.#config = config;
    this.#model = request.model;
    this.#builder = new AnswerBuilder(new CallIds(request.messages));
  }

  /** Whether the answer has said why it stops; what may still come is its usage. */
  get hasFinished(): boolean {
    return this.#finish !== undefined;
  }

  /** @throws ProviderError for a chunk that is an error */
  *push(chunk: Json, isWhole: boolean): Generator<ModelEvent> {
    const choices = isJsonObject(chunk) ? chunk.choices : undefined;
    if (!isJsonObject(chunk)) {
      this.#foreign = chunk;
      return;
    }
    this.#failOn(chunk.error);
    this.#usage = readUsage(chunk.usage) ?? this.#usage;
    if (!Array.isArray(choices)) {
      this.#foreign ??= chunk;
      return;
    }
    this.#hasChoices = true;
    const choice: Json | undefined = choices[0];
    if (isJsonObject(choice)) yield* this.#pushChoice(choice, isWhole);
  }

  *#pushChoice(choice: JsonObject, isWhole: boolean): Generator<ModelEvent> {
    this.#failOn(choice.error);
    const message = choice.delta ?? choice.message;
    if (isJsonObject(message)) yield* this.#pushMessage(message, isWhole);
    if (typeof choice.finish_reason === "string") this.#finish = choice.finish_reason;
    yield* this.#builder.takeEnded().map(partEvent);
  }

  *#pushMessage(message: JsonObject, isWhole: boolean): Generator<ModelEvent> {
    const reasoning = readReasoning(message);
    if (reasoning) {
      this.#builder.addReasoning(reasoning);
      if (reasoning.text !== "") yield { kind: "thinking-delta", text: reasoning.text };
    }
    yield* this.#pushContent(message.content);
    const refusal = message.refusal;
    if (typeof refusal === "string" && refusal !== "") {
      this.#isRefused = true;
      this.#builder.addText(refusal, true);
      yield { kind: "text-delta", text: refusal };
    }
    const calls = message.tool_calls;
    for (const call of Array.isArray(calls) ? calls : []) {
      if (isJsonObject(call)) this.#builder.addToolCall(call, isWhole);
    }
    const extra = message.extra_content;
    if (isJsonObject(extra)) this.#extraContent = mergeObjects(this.#extraContent, extra);
  }

  *#pushContent(content: Json | undefined): Generator<ModelEvent> {
    if (typeof content === "string") {
      this.#builder.addText(content);
      if (content !== "") yield { kind: "text-delta", text: content };
      return;
    }
    for (const block of Array.isArray(content) ? content : []) {
      const read = readContentBlock(block);
      if (read.kind === "opaque") {
        this.#builder.addOpaque(read.data);
      } else if (read.kind === "thinking") {
        this.#builder.addThinkingBlock(read.text, read.block);
        if (read.text !== "") yield { kind: "thinking-delta", text: read.text };
      } else {
        yield* this.#pushContent(read.text);
      }
    }
  }

  /** What is whole of an answer that broke off. */
  salvage(): readonly ModelEvent[] {
    return this.#builder.takeWhole().map(partEvent);
  }

  /**
   * The rest of the answer and its end.
   *
   * @throws ProviderError when there is no answer, or only the beginning of one
   */
  end(): readonly ModelEvent[] {
    if (!this.#hasChoices && this.#foreign !== undefined) {
      throw foreignProtocol(this.#model, this.#foreign);
    }
    const parts = this.#builder.takeAll();
    this.#failWithoutOutput();
    if (Object.keys(this.#extraContent).length > 0) {
      const data = { fields: { extra_content: this.#extraContent } };
      parts.push({ kind: "opaque", extra: { wire: WIRE, data } });
    }
    return [...parts.map(partEvent), this.#endEvent()];
  }

  #failWithoutOutput(): void {
    const { hasText, hasCalls, hasBrokenCall } = this.#builder;
    const finish = this.#finish;
    const hasOutput = hasText || hasCalls || this.#isRefused;
    if (isFailure(finish)) {
      throw brokenAnswer(this.#model, `the server gave up with finish reason "${finish}"`);
    }
    if (finish === "length" && !hasOutput) throw nothingBeforeLimit(this.#model);
    if (finish === undefined && !hasOutput) {
      throw brokenAnswer(this.#model, "the answer ended before it had said anything");
    }
    if (finish === undefined && hasBrokenCall) {
      throw brokenAnswer(this.#model, "the answer ended in the middle of a tool call");
    }
  }

  #endEvent(): AnswerEnd {
    const { hasCalls, hasBrokenCall } = this.#builder;
    const finish = this.#finish;
    const stop = stopReason({ finish, isRefused: this.#isRefused, hasCalls, hasBrokenCall });
    return { kind: "end", stop, usage: this.#usage ?? NO_USAGE, source: "live" };
  }

  #failOn(error: Json | undefined): void {
    if (error === undefined || error === null) return;
    throw streamError(this.#config, this.#model, readStreamFailure(error));
  }
}

function partEvent(part: AnswerPart): ModelEvent {
  return { kind: "part", part };
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
