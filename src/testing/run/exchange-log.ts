import { type Answer, collectAnswer } from "../../model/answer.ts";
import type { ModelEvent } from "../../model/event.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { Caller, ModelTransport, StreamOptions } from "../../model/transport.ts";

/** Which exchange of a run: the call that it is of, and the how manieth of that call, from 1. */
export interface Turn {
  readonly callId: string;
  readonly number: number;
}

export interface LoggedExchange extends Turn {
  /** The worker's name. */
  readonly worker: string;
  readonly request: ModelRequest;
  readonly answer: Answer;
}

/** Counts the exchanges of each call. */
export class TurnCounter {
  readonly #counts = new Map<string, number>();

  next({ callId }: Caller): Turn {
    const number = (this.#counts.get(callId) ?? 0) + 1;
    this.#counts.set(callId, number);
    return { callId, number };
  }
}

/** Collects the exchanges of a run, in the order in which their answers ended. */
export class ExchangeLog {
  readonly exchanges: LoggedExchange[] = [];
  readonly #turns = new TurnCounter();

  /** A transport that asks another one and writes down what it answers. */
  around(inner: ModelTransport): ModelTransport {
    return { stream: (request, options) => this.#stream(inner, request, options) };
  }

  async *#stream(
    inner: ModelTransport,
    request: ModelRequest,
    options: StreamOptions,
  ): AsyncGenerator<ModelEvent> {
    const { caller = UNKNOWN } = options;
    const turn = this.#turns.next(caller);
    const events: ModelEvent[] = [];
    for await (const event of inner.stream(request, options)) {
      events.push(event);
      if (event.kind === "end") {
        const answer = await collectAnswer(replayed(events));
        this.exchanges.push({ ...turn, worker: caller.worker, request, answer });
      }
      yield event;
    }
  }
}

const UNKNOWN: Caller = { callId: "", worker: "" };

async function* replayed(events: readonly ModelEvent[]): AsyncGenerator<ModelEvent> {
  yield* events;
}
