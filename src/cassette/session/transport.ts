import { answerEvents, collectAnswer } from "../../model/answer.ts";
import { type AnswerEnd, answerSource, type ModelEvent } from "../../model/event.ts";
import type { Json } from "../../model/json.ts";
import type { KeyChain } from "../../model/key.ts";
import type { AnswerPart, Message } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { ModelTransport, StreamOptions } from "../../model/transport.ts";
import { decodeAnswer } from "../file/decode-entry.ts";
import { blobsInto, encodeHead, encodeMessages, encodeParts } from "../file/encode-entry.ts";
import { copiedEntry } from "../file/entry-writer.ts";
import type { EntryFields, RecordedAnswer, Timing } from "../file/format.ts";
import type { Origin, TapeEntry } from "../read/tape.ts";
import { rewriteParts } from "../rules/rewrite-request.ts";
import type { SessionState } from "../state/session-state.ts";

/** One request as the cassette knows it. */
interface Asked {
  /** As the transport behind the cassette gets it. */
  readonly request: ModelRequest;
  /** As the rules leave it: what the key is of and the file holds. */
  readonly rewritten: ModelRequest;
  readonly chain: KeyChain;
  readonly options: StreamOptions;
  readonly call: string;
}

/** Gate 1's side of the cassette: answers what is recorded, records what is not. */
export class CassetteTransport implements ModelTransport {
  readonly #state: SessionState;
  readonly #inner: ModelTransport;
  /** Keys of this run's exchanges, by the chain state of the request with its answer. */
  readonly #answered = new Map<string, string>();

  constructor(state: SessionState, inner: ModelTransport) {
    this.#state = state;
    this.#inner = inner;
  }

  async *stream(request: ModelRequest, options: StreamOptions): AsyncGenerator<ModelEvent> {
    options.signal.throwIfAborted();
    const { tape, book, writer, rewriter, keyer, guard, later, calls } = this.#state;
    const { options: session, replaces } = this.#state;
    guard.asked(request);
    const rewritten = rewriter.request(request);
    const callId = options.caller?.callId ?? "";
    const call = calls.written(callId);
    const asked = { request, rewritten, chain: keyer.chain(rewritten), options, call };
    const { key } = asked.chain;
    // A recording anew takes no answer of a model from the old one.
    const isAnew = session.mode === "record";
    const hit = isAnew
      ? undefined
      : (tape.take(key, callId, calls.own(callId)) ?? later.take(key, callId));
    if (hit) {
      const answer = this.#recorded(hit);
      book.serve(request.model, answer);
      if (writer) {
        this.#copy(asked, hit);
        // One of other rules has another key in a file that grows: what follows says all of it.
        if (replaces || hit.slice.key === key) this.#remember(asked, answer.parts);
        await this.#topUp(asked);
      }
      // `yield*` would wait three times for each event of what is there already.
      for (const event of answerEvents(answer)) yield event;
      return;
    }
    if (!writer) {
      book.exchanges.missed++;
      const miss = { request: rewritten, key: asked.chain.key, caller: options.caller };
      const instead = this.#state.options.misses?.exchange(miss);
      if (instead) {
        yield* answerEvents(this.#recorded(instead));
        return;
      }
      const { missOf } = await import("../miss/miss-report.ts"); // brings a diff library that a hit does not need
      throw missOf(this.#state, miss);
    }
    yield* this.#record(asked);
    await this.#topUp(asked);
  }

  #recorded(hit: TapeEntry): RecordedAnswer {
    const { file } = this.#state;
    if (!file) throw new TypeError("a tape entry without a file");
    const source = answerSource(hit.source);
    const fields = file.responseFields(hit.slice);
    const answer = file.decode(hit.slice, (read) => decodeAnswer(fields, source, read));
    this.#state.guard.served(answer.parts);
    const { restore } = this.#state.rewrites;
    return restore ? { ...answer, parts: rewriteParts(answer.parts, restore) } : answer;
  }

  /** Writes a recording that answers to the new cassette, where there is one. */
  #copy(asked: Asked, hit: TapeEntry): void {
    const { writer, written, replaces, file, unfinishedFrom } = this.#state;
    if (!writer || !replaces || !file) return;
    const { key } = asked.chain;
    const { call } = asked;
    const { sample, source, slice } = hit;
    const blobs = new Map<string, Uint8Array>();
    const request = this.#requestFields(asked, blobs);
    const origin = this.#originFields(request, { call, source });
    const { response, stop, stopDetail, answeredBy, usage, timing } = file.fields(slice);
    const said = { response, stop, stopDetail, answeredBy, usage, timing };
    const { after, ...own } = request;
    const numbered = sample > 1 ? sample : undefined;
    const fields = { exchange: key, after, sample: numbered, ...origin, ...own, ...said };
    writer.copy(copiedEntry({ file, unfinishedFrom }, slice, fields), blobs);
    written.begin(key);
    written.appended(key, { call, source });
  }

  /** Asks the inner transport and writes the exchange down before its end is handed on. */
  async *#record(asked: Asked, sample = this.#state.runNumber): AsyncGenerator<ModelEvent> {
    const { book, written, guard } = this.#state;
    const { clock } = this.#state.options.host;
    const { key } = asked.chain;
    guard.checkRequest(asked.request, asked.options.caller);
    written.begin(key);
    let isWritten = false;
    try {
      const write = this.#prepare(asked, sample);
      const startMs = clock.monotonicMs();
      let firstMs: number | undefined;
      let parts: AnswerPart[] = [];
      for await (const event of this.#inner.stream(asked.request, asked.options)) {
        firstMs ??= clock.monotonicMs() - startMs;
        if (event.kind === "part") parts.push(event.part);
        else if (event.kind === "restart") parts = [];
        else if (event.kind === "end") {
          write(parts, event, { firstMs, totalMs: clock.monotonicMs() - startMs });
          isWritten = true;
          book.exchanges.live++;
          this.#remember(asked, parts);
        }
        yield event;
      }
    } finally {
      if (!isWritten) written.abandon(key);
    }
  }

  /** Records further answers to a request that has fewer than the wanted number. */
  async #topUp(asked: Asked): Promise<void> {
    const { written, options } = this.#state;
    const wanted = options.samples ?? 1;
    while (written.count(asked.chain.key) < wanted) {
      const sample = written.count(asked.chain.key) + 1;
      await collectAnswer(this.#record(asked, sample));
    }
  }

  /**
   * Makes sure that the exchange can be written, before anything is spent on an answer.
   *
   * @returns what writes it once the answer is there
   */
  #prepare(asked: Asked, sample: number) {
    const { writer, written, rewrites } = this.#state;
    const { call, chain } = asked;
    const blobs = new Map<string, Uint8Array>();
    const request = this.#requestFields(asked, blobs);
    writer?.prepare(request, blobs);
    return (parts: readonly AnswerPart[], end: AnswerEnd, timing: Timing): void => {
      const { source } = end;
      const fields: EntryFields = {
        exchange: chain.key,
        after: request["after"],
        sample: sample > 1 ? sample : undefined,
        ...this.#originFields(request, { call, source }),
        ...request,
        response: encodeParts(rewriteParts(parts, rewrites.redact), blobsInto(blobs)),
        stop: end.stop,
        stopDetail: end.stopDetail && (rewrites.redact?.(end.stopDetail) ?? end.stopDetail),
        answeredBy: end.answeredBy,
        usage: end.usage as unknown as Json, // numbers by its type
        timing: roundTiming(timing) as unknown as Json,
      };
      writer?.append(fields, blobs, request);
      written.appended(chain.key, { call, source });
    };
  }

  /** Who asked and what answered, where the entry does not have it from the one it goes on from. */
  #originFields({ after }: EntryFields, { call, source }: Origin): EntryFields {
    const inherited = this.#state.written.latest(String(after ?? ""));
    return {
      call: inherited?.call === call ? undefined : call,
      source: inherited?.source === source ? undefined : source,
    };
  }

  /** What an entry says of its request: what it goes on from, and what is new in it. */
  #requestFields({ rewritten, chain }: Asked, blobs: Map<string, Uint8Array>): EntryFields {
    const parent = this.#parentOf(chain);
    const messages = rewritten.messages.slice(parent?.length ?? 0);
    return {
      after: parent?.key,
      ...(parent ? {} : encodeHead(rewritten)),
      messages: messages.length > 0 ? encodeMessages(messages, blobsInto(blobs)) : undefined,
    };
  }

  /** The latest exchange whose request and answer this request goes on from. */
  #parentOf(chain: KeyChain): { key: string; length: number } | undefined {
    for (let { length } = chain; length > 0; length--) {
      const key = this.#answered.get(chain.stateAt(length) ?? "");
      if (key !== undefined) return { key, length };
    }
    return undefined;
  }

  #remember({ chain }: Asked, parts: readonly AnswerPart[]): void {
    const message: Message = { kind: "assistant", parts };
    const { rewriter, keyer } = this.#state;
    this.#answered.set(keyer.stateWith(chain, rewriter.message(message)), chain.key);
  }
}

function roundTiming({ firstMs, totalMs }: Timing): Timing {
  return { firstMs: Math.round(firstMs), totalMs: Math.round(totalMs) };
}
