import { type Context, context, type Span, SpanKind, type Tracer, trace } from "@opentelemetry/api";
import { isLlmDoError } from "../errors/llm-do-error.ts";
import type { ModelEvent } from "../model/event.ts";
import type { AnswerPart } from "../model/message.ts";
import type { ModelRequest } from "../model/request.ts";
import type { ModelTransport, StreamOptions } from "../model/transport.ts";
import { attributes, failSpan, modelParts, usageAttributes } from "./attributes.ts";
import { type Content, finishReason } from "./content.ts";

interface ChatTracing {
  readonly tracer: Tracer;
  readonly content: Content | undefined;
  /** Milliseconds since an arbitrary moment. */
  readonly nowMs: () => number;
  /** What the requests of a call stand below. */
  readonly contextOf: (callId: string) => Context;
  /** Told of the model that a call asks. */
  readonly onModel: (callId: string, model: ReturnType<typeof modelParts>) => void;
}

/** A transport that has a span for each request, from its first byte to the end of its answer. */
export function watchChats(inner: ModelTransport, tracing: ChatTracing): ModelTransport {
  return { stream: (request, options) => watched(inner, { request, options, tracing }) };
}

interface Chat {
  readonly request: ModelRequest;
  readonly options: StreamOptions;
  readonly tracing: ChatTracing;
}

async function* watched(
  inner: ModelTransport,
  { request, options, tracing }: Chat,
): AsyncGenerator<ModelEvent, void, undefined> {
  const { contextOf, onModel, tracer, content } = tracing;
  const callId = options.caller?.callId ?? "";
  const model = modelParts(request.model);
  onModel(callId, model);
  const parent = contextOf(callId);
  const given = {
    ...attributes({ operation: "chat", ...model }),
    ...attributes({
      instructions: request.system === "" ? undefined : content?.instructions(request.system),
      inputMessages: content?.messages(request.messages),
    }),
  };
  const name = `chat ${model.requestModel}`;
  const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes: given }, parent);
  const answer = new ChatAnswer(span, tracing);
  const within = trace.setSpan(parent, span);
  try {
    const events = inner.stream(request, options)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await context.with(within, () => events.next());
        if (next.done) break;
        answer.take(next.value, model.requestModel);
        yield next.value;
      }
    } finally {
      await events.return?.();
    }
    if (!answer.hasEnded) failSpan(span, "aborted");
  } catch (error) {
    failSpan(span, typeOf(error));
    throw error;
  } finally {
    span.end();
  }
}

/** An answer as it comes in. */
class ChatAnswer {
  readonly #span: Span;
  readonly #content: Content | undefined;
  readonly #nowMs: () => number;
  readonly #startMs: number;
  #hasText = false;
  #parts: AnswerPart[] = [];
  hasEnded = false;

  constructor(span: Span, { content, nowMs }: ChatTracing) {
    this.#span = span;
    this.#content = content;
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
  }

  take(event: ModelEvent, responseModel: string): void {
    switch (event.kind) {
      case "text-delta":
      case "thinking-delta":
        this.#noteFirst();
        break;
      case "part":
        this.#parts.push(event.part);
        break;
      case "restart":
        this.#parts = [];
        this.#span.addEvent("llm_do.answer_restart");
        break;
      case "end":
        this.hasEnded = true;
        this.#span.setAttributes({
          ...usageAttributes(event.usage),
          ...attributes({
            responseModel,
            finishReasons: [finishReason(event.stop)],
            outputMessages: this.#content?.answer(this.#parts, event.stop),
          }),
        });
        break;
      default:
        event satisfies never;
    }
  }

  #noteFirst(): void {
    if (this.#hasText) return;
    this.#hasText = true;
    this.#span.setAttributes(attributes({ firstChunk: (this.#nowMs() - this.#startMs) / 1000 }));
  }
}

/** A provider's own name for its error goes before our code. */
function typeOf(error: unknown): string {
  if (!isLlmDoError(error)) return error instanceof Error ? error.name : "error";
  return isLlmDoError(error, "provider") ? (error.type ?? error.code) : error.code;
}
