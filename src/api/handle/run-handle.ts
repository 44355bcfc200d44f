import type { RunEvent } from "../../runtime/state/run-event.ts";
import type { RunReport } from "../run-report.ts";
import { type AnswerSoFar, AnswerText } from "./answer-text.ts";
import { EventLog } from "./event-log.ts";
import { type EventStreamInit, eventStream } from "./event-stream.ts";

/**
 * A run that goes on. It runs whether or not anybody reads its events, and however many do.
 *
 * @example
 * await using handle = project.start({ input: "Hello." });
 * for await (const { text, added } of handle.answer) {
 *   if (added === undefined) console.clear();
 *   process.stdout.write(added ?? text);
 * }
 * const { usd } = await handle.result;
 */
export interface RunHandle<Output = unknown> extends AsyncIterable<RunEvent>, AsyncDisposable {
  /** The `runId` of all its events. */
  readonly runId: string;
  /**
   * How the run ends: its report, or the LlmDoError that ended it or kept it from starting. A
   * rejection that nobody handles is not reported as unhandled.
   */
  readonly result: Promise<RunReport<Output>>;
  /**
   * The entry's answer as it stands, each time that more of it is there. Text beside a tool call and
   * text of an attempt that broke off give way to what comes next: `added` is then undefined. The last
   * `text` is the output, where that is a text. Any number of loops may read it. Each ends with the run
   * and throws its error.
   */
  readonly answer: AsyncIterable<AnswerSoFar>;
  /**
   * Ends the run with an error of the code `aborted`, as its `signal` does. Does nothing once the run
   * has ended.
   */
  cancel(reason?: unknown): void;
  /**
   * The events as a response of server-sent events, the last of them `result` or `error`. Cancels the
   * run when the client goes.
   *
   * @param init status and headers, as of a `Response`; `only` names the kinds of events to send
   */
  toResponse(init?: EventStreamInit): Response;
  /**
   * All events of the run, for each loop from the first on. Deltas of an answer that has ended are left
   * out for loops that begin later, or that are 10,000 events behind. The loop ends with the run and
   * throws its error. Leaving it does not cancel the run.
   */
  [Symbol.asyncIterator](): AsyncIterator<RunEvent, undefined>;
  /** Cancels the run and waits for its end: what `await using` does at the end of its block. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What runs under a handle: it tells of events, and ends when the signal aborts. */
export type Running = (
  tell: (event: RunEvent) => void,
  signal: AbortSignal,
) => Promise<RunReport<never>>;

/** Starts a run and gives its handle. */
export function startRun(runId: string, running: Running): RunHandle<never> {
  return new StartedRun(runId, running);
}

class StartedRun implements RunHandle<never> {
  readonly runId: string;
  readonly result: Promise<RunReport<never>>;
  readonly #log = new EventLog();
  readonly #controller = new AbortController();

  constructor(runId: string, running: Running) {
    this.runId = runId;
    this.result = running((event) => this.#log.append(event), this.#controller.signal);
    this.result.then(
      ({ output }) => this.#log.end({ kind: "done", output }),
      (error: unknown) => this.#log.end({ kind: "failed", error }),
    );
  }

  get answer(): AsyncIterable<AnswerSoFar> {
    return { [Symbol.asyncIterator]: () => this.#answers() };
  }

  cancel(reason?: unknown): void {
    if (!this.#log.ended) this.#controller.abort(reason);
  }

  toResponse(init: EventStreamInit = {}): Response {
    return eventStream(this, init);
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent, undefined> {
    const reader = this.#log.reader();
    return this.#iterator(
      () => reader.take(),
      () => reader.close(),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel("its handle was disposed of");
    await this.result.catch(() => undefined); // who wants it has `result`
  }

  #answers(): AsyncIterator<AnswerSoFar, undefined> {
    const reader = this.#log.reader();
    const answer = new AnswerText();
    const take = () => {
      for (let event = reader.take(); event; event = reader.take()) answer.add(event);
      const end = this.#log.ended;
      if (end?.kind === "done" && typeof end.output === "string") answer.settle(end.output);
      return answer.take();
    };
    return this.#iterator(take, () => reader.close());
  }

  /** Written by hand: a generator makes several promises for each delta, this one. */
  #iterator<Value>(
    take: () => Value | undefined,
    close: () => void,
  ): AsyncIterator<Value, undefined> {
    const log = this.#log;
    let isOver = false;
    const finish = (): IteratorReturnResult<undefined> => {
      isOver = true;
      close();
      return { value: undefined, done: true };
    };
    type Settle = PromiseWithResolvers<IteratorResult<Value, undefined>>;
    const settle = ({ resolve, reject }: Pick<Settle, "resolve" | "reject">): void => {
      const value = isOver ? undefined : take();
      const end = log.ended;
      if (value !== undefined) resolve({ value, done: false });
      else if (isOver) resolve({ value: undefined, done: true });
      else if (!end) log.onMore(() => settle({ resolve, reject }));
      else if (end.kind === "failed") {
        finish();
        reject(end.error);
      } else resolve(finish());
    };
    return {
      next: () => {
        const value = isOver ? undefined : take();
        if (value !== undefined) return Promise.resolve({ value, done: false });
        return new Promise((resolve, reject) => settle({ resolve, reject }));
      },
      return: async () => {
        const result = finish();
        log.wake(); // ends what `next` has been asked for meanwhile
        return result;
      },
    };
  }
}
