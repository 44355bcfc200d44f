/**
 * The abort of one request. Each request has a signal of its own, because clients leave their
 * listeners on the one they are given, and a run's signal outlives its requests.
 */
export class RequestAbort {
  readonly #controller = new AbortController();
  readonly #run: AbortSignal;
  readonly #abort: () => void;
  readonly #aborted: Promise<never>;

  /** @param run aborts when the run ends early */
  constructor(run: AbortSignal) {
    this.#run = run;
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => undefined); // nobody may be waiting when it happens
    this.#aborted = promise;
    this.#abort = () => {
      this.#controller.abort(run.reason);
      reject(run.reason);
    };
    run.addEventListener("abort", this.#abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The same promise; an abort rejects it at once with the run's reason, even while it hangs. */
  race<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#aborted]);
  }

  /** Forgets the run's signal: the request is over. */
  release(): void {
    this.#run.removeEventListener("abort", this.#abort);
  }
}
