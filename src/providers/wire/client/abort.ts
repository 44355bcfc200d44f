/**
 * The abort of one request. Each request has a signal of its own, because clients leave their
 * listeners on the one they are given, and a run's signal outlives its requests.
 */
export class RequestAbort {
  readonly #controller = new AbortController();
  readonly #run: AbortSignal;
  /** Ends what is being waited for. A request waits for one thing at a time. */
  #reject: ((reason: unknown) => void) | undefined;

  /** Asked for each event of an answer, where the signal's own getter takes longer than the event. */
  #isAborted = false;

  /** @param run aborts when the run ends early */
  constructor(run: AbortSignal) {
    this.#run = run;
    this.#isAborted = run.aborted;
    run.addEventListener("abort", this.#abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Throws the run's reason once the run was aborted. */
  throwIfAborted(): void {
    if (this.#isAborted) throw this.#run.reason;
  }

  /**
   * The promise's outcome; an abort that comes first rejects at once with the run's reason, even
   * while the promise hangs. Unlike `Promise.race` against one promise for the whole request, it
   * leaves nothing behind for each piece of a long answer.
   */
  race<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      promise.then(resolve, reject);
      if (this.#isAborted) reject(this.#run.reason);
    });
  }

  /** Forgets the run's signal: the request is over. */
  release(): void {
    this.#run.removeEventListener("abort", this.#abort);
    this.#reject = undefined;
  }

  readonly #abort = (): void => {
    const { reason } = this.#run;
    this.#isAborted = true;
    this.#controller.abort(reason);
    this.#reject?.(reason);
  };
}
