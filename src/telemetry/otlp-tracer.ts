import {
  type Attributes,
  type Context,
  isSpanContextValid,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { messageOf } from "../errors/message-of.ts";
import type { Host } from "../host/host.ts";
import { type EndedSpan, otlpRequest, sendSpans } from "./otlp-export.ts";

/** Spans that one run keeps until they are sent; what comes on top is dropped. */
const MOST_SPANS = 10_000;

/** Makes the spans of a run where no provider is registered, and sends them to a collector. */
export function otlpTracer(host: Host): {
  readonly tracer: Tracer;
  /** Sends the spans that have ended. Never rejects. */
  export(onWarning: (message: string) => void): Promise<void>;
} {
  const spans: EndedSpan[] = [];
  let dropped = 0;
  const keep = (span: EndedSpan) => {
    if (spans.length < MOST_SPANS) spans.push(span);
    else dropped++;
  };
  return {
    tracer: new OwnTracer(host, keep),
    async export(onWarning) {
      if (dropped > 0)
        onWarning(`${dropped} spans were dropped: a run sends ${MOST_SPANS} at most`);
      if (spans.length === 0) return;
      try {
        await sendSpans(otlpRequest(spans.splice(0), host.env), host);
      } catch (error) {
        onWarning(`the spans of the run could not be sent: ${messageOf(error)}`);
      }
    },
  };
}

class OwnTracer implements Tracer {
  readonly #host: Host;
  readonly #keep: (span: EndedSpan) => void;

  constructor(host: Host, keep: (span: EndedSpan) => void) {
    this.#host = host;
    this.#keep = keep;
  }

  startSpan(name: string, options: SpanOptions = {}, context?: Context): Span {
    const parent = context && trace.getSpanContext(context);
    const hasParent = parent !== undefined && isSpanContextValid(parent);
    const traceFlags = hasParent ? parent.traceFlags : TraceFlags.SAMPLED;
    const traceId = hasParent ? parent.traceId : this.#id();
    const spanContext = { traceId, spanId: this.#id().slice(0, 16), traceFlags };
    const isSampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
    return new OwnSpan({
      name,
      options,
      context: spanContext,
      parentSpanId: hasParent ? parent.spanId : undefined,
      nowMs: this.#host.clock.nowMs,
      keep: isSampled ? this.#keep : () => undefined,
    });
  }

  startActiveSpan(): never {
    throw new TypeError("spans of a run are started, and made active elsewhere");
  }

  /** 32 hexadecimal digits. */
  #id(): string {
    return this.#host.createId().replaceAll("-", "");
  }
}

interface OwnSpanInit {
  readonly name: string;
  readonly options: SpanOptions;
  readonly context: SpanContext;
  readonly parentSpanId: string | undefined;
  readonly nowMs: () => number;
  readonly keep: (span: EndedSpan) => void;
}

class OwnSpan implements Span {
  readonly #init: OwnSpanInit;
  readonly #startMs: number;
  readonly #attributes: Attributes;
  readonly #events: EndedSpan["events"][number][] = [];
  #name: string;
  #status: SpanStatus = { code: SpanStatusCode.UNSET };
  #isOver = false;

  constructor(init: OwnSpanInit) {
    this.#init = init;
    this.#name = init.name;
    this.#startMs = init.nowMs();
    this.#attributes = { ...init.options.attributes };
  }

  spanContext(): SpanContext {
    return this.#init.context;
  }

  setAttribute(name: string, value: NonNullable<Attributes[string]>): this {
    return this.setAttributes({ [name]: value });
  }

  setAttributes(added: Attributes): this {
    Object.assign(this.#attributes, added);
    return this;
  }

  addEvent(name: string, attributes?: unknown): this {
    // We pass attributes alone, never a time in their place.
    this.#events.push({
      name,
      atMs: this.#init.nowMs(),
      attributes: (attributes ?? {}) as Attributes,
    });
    return this;
  }

  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }

  setStatus(status: SpanStatus): this {
    this.#status = status;
    return this;
  }

  updateName(name: string): this {
    this.#name = name;
    return this;
  }

  recordException(): void {}

  isRecording(): boolean {
    return !this.#isOver;
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { options, context, parentSpanId, nowMs, keep } = this.#init;
    keep({
      name: this.#name,
      kind: options.kind ?? 0,
      context,
      parentSpanId,
      startMs: this.#startMs,
      endMs: nowMs(),
      attributes: this.#attributes,
      events: this.#events,
      status: this.#status,
    });
  }
}
