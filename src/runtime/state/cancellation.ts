/** One step of a run's end: a signal, and the work that stops waiting when it comes. */
class Stage {
  readonly #controller = new AbortController();
  readonly #waiting = new Set<(reason: unknown) => void>();
  readonly #told = new Set<(reason: unknown) => void>();

  /** Aborts when the step is reached. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isReached(): boolean {
    return this.signal.aborted;
  }

  /** The first reason stays. */
  reach(reason: unknown): void {
    if (this.isReached) return;
    this.#controller.abort(reason);
    for (const tell of [...this.#told]) tell(reason);
    for (const reject of this.#waiting) reject(reason);
    this.#waiting.clear();
  }

  /**
   * Tells when the step is reached, before anything that waits goes on.
   *
   * @returns what ends the wait
   */
  onReach(tell: (reason: unknown) => void): () => void {
    this.#told.add(tell);
    return () => void this.#told.delete(tell);
  }

  /** The promise's outcome, or the reason of the step when that comes first. */
  race<T>(work: Promise<T>): Promise<T> {
    if (this.isReached) {
      work.catch(() => undefined);
      return Promise.reject(this.signal.reason);
    }
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      work.then(
        (value) => {
          this.#waiting.delete(reject);
          resolve(value);
        },
        (error: unknown) => {
          this.#waiting.delete(reject);
          reject(error);
        },
      );
    });
  }
}

/**
 * The one place that knows that a run is ending, and how far. The steps come in this order, all with
 * the reason of the first:
 *
 * 1. `ending`: something failed for good, such as a limit. The calls above it begin nothing more and
 *    nobody is asked. Branches beside it run on to their end.
 * 2. `stopping`: nothing new begins. Requests to models and tools that can simply run again are
 *    broken off; external effects that are under way run on.
 * 3. `over`: nothing is waited for any longer.
 *
 * A person's interrupt and a time limit begin with the second step.
 */
export class Cancellation {
  readonly ending = new Stage();
  readonly stopping = new Stage();
  readonly over = new Stage();
  /** Ids of calls below which something failed for good: they begin nothing any more. */
  readonly #failed = new Set<string>();

  /** @param callIds the calls that the failure ends, from the inside out */
  fail(reason: unknown, callIds: Iterable<string>): void {
    for (const id of callIds) this.#failed.add(id);
    this.ending.reach(reason);
  }

  stop(reason: unknown): void {
    this.ending.reach(reason);
    this.stopping.reach(this.ending.signal.reason);
  }

  finish(reason: unknown): void {
    this.stop(reason);
    this.over.reach(this.ending.signal.reason);
  }

  /** Returns true for a call that a failure has ended, or will as soon as its code gives way. */
  hasFailed(callId: string): boolean {
    return this.#failed.has(callId);
  }

  /** @throws the reason of the run's end, where a call may begin nothing any more */
  check(callId: string): void {
    this.stopping.signal.throwIfAborted();
    if (this.#failed.has(callId)) throw this.ending.signal.reason;
  }
}
