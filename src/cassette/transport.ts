import { answerEvents, collectAnswer } from "../model/answer.ts";
import type { AnswerEnd, AnswerSource, ModelEvent } from "../model/event.ts";
import type { Json } from "../model/json.ts";
import { type KeyChain, keyOfState, nextState } from "../model/key.ts";
import type { AnswerPart } from "../model/message.ts";
import type { ModelRequest } from "../model/request.ts";
import type { ModelTransport, StreamOptions } from "../model/transport.ts";
import { decodeAnswer, MalformedEntry } from "./decode-entry.ts";
import { encodeHead, encodeMessages, encodeParts } from "./encode-entry.ts";
import type { EntryFields, RecordedAnswer, Timing } from "./entry.ts";
import type { SessionState } from "./session-state.ts";
import type { TapeEntry } from "./tape.ts";

/** An exchange of this run, found again by the chain state of its request with its answer. */
interface Answered {
  readonly key: string;
  readonly call: string;
  readonly source: AnswerSource;
}

/** Gate 1's side of the cassette: answers what is recorded, records what is not. */
export class CassetteTransport implements ModelTransport {
  readonly #state: SessionState;
  readonly #inner: ModelTransport;
  readonly #answered = new Map<string, Answered>();
  /** The last exchange of each key, to which `after` refers. */
  readonly #lastOfKey = new Map<string, Answered>();

  constructor(state: SessionState, inner: ModelTransport) {
    this.#state = state;
    this.#inner = inner;
  }

  async *stream(request: ModelRequest, options: StreamOptions): AsyncGenerator<ModelEvent> {
    options.signal.throwIfAborted();
    const { tape, book, writer } = this.#state;
    const chain = this.#state.keyer.chain(request);
    const call = options.caller?.callId ?? "";
    const hit = tape.take(chain.key, call);
    if (hit) {
      const answer = this.#recorded(hit);
      book.serve(request.model, answer.usage, answer.source);
      if (writer) {
        this.#remember(chain, answer.parts, { key: chain.key, call, source: answer.source });
        await this.#topUp(request, options, chain);
      }
      yield* answerEvents(answer);
      return;
    }
    if (!writer) {
      book.exchanges.missed++;
      const { missOf } = await import("./miss-report.ts"); // brings a diff library that a hit does not need
      throw missOf(this.#state, request, chain.key, options.caller);
    }
    yield* this.#record(request, options, chain);
    await this.#topUp(request, options, chain);
  }

  #recorded(hit: TapeEntry): RecordedAnswer {
    const { file } = this.#state;
    if (!file) throw new TypeError("a tape entry without a file");
    const source = hit.source === "script" ? "script" : "live";
    try {
      return decodeAnswer(file.responseFields(hit.slice), source);
    } catch (error) {
      if (!(error instanceof MalformedEntry)) throw error;
      throw file.damage(hit.slice, `entry ${hit.slice.key} is malformed: ${error.message}`, error);
    }
  }

  /** Asks the inner transport and writes the exchange down before its end is handed on. */
  async *#record(
    request: ModelRequest,
    options: StreamOptions,
    chain: KeyChain,
    sample = 1,
  ): AsyncGenerator<ModelEvent> {
    const { writer, book } = this.#state;
    const { clock } = this.#state.options.host;
    const call = options.caller?.callId ?? "";
    const asked = this.#requestFields(request, chain, call, sample);
    writer?.claim();
    writer?.checkSecrets(asked);
    const startMs = clock.monotonicMs();
    let firstMs: number | undefined;
    let parts: AnswerPart[] = [];
    for await (const event of this.#inner.stream(request, options)) {
      firstMs ??= clock.monotonicMs() - startMs;
      if (event.kind === "part") parts.push(event.part);
      else if (event.kind === "restart") parts = [];
      else if (event.kind === "end") {
        const timing = roundTiming({ firstMs, totalMs: clock.monotonicMs() - startMs });
        const exchange = { key: chain.key, call, source: event.source };
        writer?.append({ ...asked, ...this.#answerFields(parts, event, timing, asked, exchange) });
        book.exchanges.live++;
        if (sample === 1) this.#remember(chain, parts, exchange);
      }
      yield event;
    }
  }

  /** Records further answers to a request that has fewer than the wanted number. */
  async #topUp(request: ModelRequest, options: StreamOptions, chain: KeyChain): Promise<void> {
    const wanted = this.#state.options.samples ?? 1;
    if (wanted < 2) return;
    const first = Math.max(2, this.#state.tape.count(chain.key) + 1);
    for (let sample = first; sample <= wanted; sample++) {
      await collectAnswer(this.#record(request, options, chain, sample));
    }
  }

  #requestFields(
    request: ModelRequest,
    chain: KeyChain,
    call: string,
    sample: number,
  ): EntryFields {
    const { rewriteRequest } = this.#state;
    const parent = this.#parentOf(chain);
    const messages = parent ? request.messages.slice(parent.length) : request.messages;
    const inherited = parent?.exchange.key ? this.#lastOfKey.get(parent.exchange.key) : undefined;
    return {
      exchange: chain.key,
      after: parent?.exchange.key,
      sample: sample > 1 ? sample : undefined,
      call: inherited?.call === call ? undefined : call,
      source: undefined, // its place in the order; known when the answer has come
      ...(parent ? {} : encodeHead(request, rewriteRequest)),
      messages: messages.length > 0 ? encodeMessages(messages, rewriteRequest) : undefined,
    };
  }

  #answerFields(
    parts: readonly AnswerPart[],
    end: AnswerEnd,
    timing: Timing,
    asked: EntryFields,
    exchange: Answered,
  ): EntryFields {
    const parent = this.#lastOfKey.get(String(asked["after"] ?? ""));
    return {
      source: parent?.source === exchange.source ? undefined : exchange.source,
      response: encodeParts(parts, this.#state.redact),
      stop: end.stop,
      usage: end.usage as unknown as Json, // numbers by its type
      timing: timing as unknown as Json,
    };
  }

  /** The latest exchange whose request and answer this request goes on from. */
  #parentOf(chain: KeyChain): { exchange: Answered; length: number } | undefined {
    for (let length = chain.states.length - 1; length > 0; length--) {
      const exchange = this.#answered.get(chain.states[length] ?? "");
      if (exchange) return { exchange, length };
    }
    return undefined;
  }

  #remember(chain: KeyChain, parts: readonly AnswerPart[], exchange: Answered): void {
    const { rewriteRequest } = this.#state;
    const state = nextState(
      chain.states.at(-1) ?? "",
      { kind: "assistant", parts },
      rewriteRequest,
    );
    this.#answered.set(state, exchange);
    this.#lastOfKey.set(keyOfState(chain.states.at(-1) ?? ""), exchange);
  }
}

function roundTiming({ firstMs, totalMs }: Timing): Timing {
  return { firstMs: Math.round(firstMs), totalMs: Math.round(totalMs) };
}
