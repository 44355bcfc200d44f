import { type Answer, collectAnswer } from "../../model/answer.ts";
import type { ModelEvent } from "../../model/event.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { Caller, ModelTransport, StreamOptions } from "../../model/transport.ts";
import { ProviderError } from "../../providers/provider-error.ts";
import { type Turn, TurnCounter } from "../run/exchange-log.ts";
import type { AnswerFault } from "./fault.ts";
import { faultyEvents } from "./faulty-events.ts";

export interface FaultyTransportOptions {
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
