import { type Answer, answerEvents, collectAnswer } from "../../model/answer.ts";
import type { ModelEvent } from "../../model/event.ts";
import type { AnswerPart } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { Caller, ModelTransport, StreamOptions } from "../../model/transport.ts";
import { ProviderError } from "../../providers/provider-error.ts";
import { type Turn, TurnCounter } from "../run/exchange-log.ts";
import type { AnswerFault } from "./fault.ts";

interface FaultyTransportOptions {
  readonly faults: readonly AnswerFault[];
  /** What a person would do to interrupt the run. */
  readonly interrupt: () => void;
  /** Told of each answer before its end is handed on. */
  readonly onAnswer: (turn: Turn, answer: Answer) => void;
}

/** An answer that is being given, once or again after a break. */
interface Given {
  readonly turn: Turn;
  readonly answer: Answer;
  times: number;
}

/** Takes whole answers from another transport and hands them on with faults in them. */
export class FaultyTransport implements ModelTransport {
  readonly #inner: ModelTransport;
  readonly #options: FaultyTransportOptions;
  readonly #turns = new TurnCounter();
  /** By the request itself: who asks again after a break asks the same. */
  readonly #given = new WeakMap<ModelRequest, Given>();

  constructor(inner: ModelTransport, options: FaultyTransportOptions) {
    this.#inner = inner;
    this.#options = options;
  }

  async *stream(request: ModelRequest, options: StreamOptions): AsyncGenerator<ModelEvent> {
    const given = this.#given.get(request) ?? (await this.#take(request, options));
    given.times++;
    const { turn, answer } = given;
    const fault = this.#faultOf(given);
    for (const event of faultyEvents(answer, fault)) {
      if (event.kind === "end") this.#options.onAnswer(turn, answer);
      yield event;
      options.signal.throwIfAborted();
    }
    if (fault?.kind === "overloaded") throw overloaded(request);
    if (fault?.kind === "interrupted") {
      this.#options.interrupt();
      options.signal.throwIfAborted();
    }
  }

  async #take(request: ModelRequest, options: StreamOptions): Promise<Given> {
    const { caller = UNKNOWN } = options;
    const turn = this.#turns.next(caller);
    const answer = await collectAnswer(this.#inner.stream(request, options));
    const given = { turn, answer, times: 0 };
    this.#given.set(request, given);
    return given;
  }

  #faultOf({ turn, times }: Given): AnswerFault | undefined {
    const { callId, number } = turn;
    const fault = this.#options.faults.find(
      ({ at }) => at.callId === callId && at.number === number,
    );
    return fault?.kind === "overloaded" && times > fault.times ? undefined : fault;
  }
}

const UNKNOWN: Caller = { callId: "", worker: "" };

function overloaded({ model }: ModelRequest): ProviderError {
  return new ProviderError({
    what: model,
    reason: "it is overloaded",
    type: "overloaded_error",
    retryable: true,
  });
}

/** The events that say an answer with a fault in it; those of a break are all before the break. */
export function faultyEvents(answer: Answer, fault: AnswerFault | undefined): ModelEvent[] {
  switch (fault?.kind) {
    case "truncated": {
      const parts = [...answer.parts.slice(0, fault.part), ...cutPart(answer, fault)];
      return [...answerEvents({ ...answer, parts, stop: "max-tokens" })];
    }
    case "broken-json": {
      const parts = answer.parts.map((part, index) =>
        index === fault.part ? brokenCall(part, fault.cut) : part,
      );
      return [...answerEvents({ ...answer, parts })];
    }
    case "refused": {
      const parts = fault.isMute ? [] : answer.parts;
      return [...answerEvents({ ...answer, parts, stop: "refusal" })];
    }
    case "split":
      return [...answerEvents(answer)].flatMap((event) => inPieces(event, fault.cuts));
    case "overloaded":
    case "interrupted":
      return [...answerEvents(answer)].slice(0, fault.events);
    case "reordered":
    case undefined:
      return [...answerEvents(answer)];
  }
}

interface Cut {
  readonly part: number;
  readonly cut: number;
}

/** What there is of the part in which an answer ends. */
function cutPart(answer: Answer, { part: index, cut }: Cut): readonly AnswerPart[] {
  const part = answer.parts[index];
  // A call of which nothing came, and a block that only its provider could cut, are not there.
  if (!part || part.kind === "opaque") return [];
  if (part.kind === "tool-call") return cut === 0 ? [] : [brokenCall(part, cut)];
  return [{ ...part, text: beginningOf(part.text, cut) }];
}

function brokenCall(part: AnswerPart, cut: number): AnswerPart {
  if (part.kind !== "tool-call") return part;
  return { ...part, input: {}, invalidInput: beginningOf(JSON.stringify(part.input), cut) };
}

function inPieces(event: ModelEvent, cuts: readonly number[]): readonly ModelEvent[] {
  if (event.kind !== "text-delta" && event.kind !== "thinking-delta") return [event];
  const pieces: ModelEvent[] = [];
  let from = 0;
  for (const cut of [...cuts, event.text.length]) {
    const to = beginningOf(event.text, cut).length;
    if (to > from) pieces.push({ ...event, text: event.text.slice(from, to) });
    from = Math.max(from, to);
  }
  return pieces;
}

/** The first characters of a text, no character in two. */
function beginningOf(text: string, length: number): string {
  const cut = text.slice(0, length);
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}
