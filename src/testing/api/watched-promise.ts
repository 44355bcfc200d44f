/**
 * A promise that knows whether somebody waits for it: a test that does not wait for its run passes,
 * whatever the run comes to.
 */
export class WatchedPromise<Value> extends Promise<Value> {
  /** What `then` makes is an ordinary promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** @param running when nobody waits for it, what it rejects with is told by nobody else */
  static of<Value>(running: Promise<Value>): WatchedPromise<Value> {
    const promise = new WatchedPromise<Value>((resolve, reject) => running.then(resolve, reject));
    const settled = () => {
      promise.#isSettled = true;
    };
    Promise.prototype.then.call(promise, settled, settled);
    return promise;
  }

  #isAwaited = false;
  #isSettled = false;

  /** True if nobody waits for it, or it has not come to its end. */
  get isForgotten(): boolean {
    return !this.#isAwaited || !this.#isSettled;
  }

  // `await` calls this as well: for promises of another class than Promise it does.
  // biome-ignore lint/suspicious/noThenProperty: it is a promise
  override then<Done = Value, Failed = never>(
    onDone?: ((value: Value) => Done | PromiseLike<Done>) | null,
    onFailed?: ((reason: unknown) => Failed | PromiseLike<Failed>) | null,
  ): Promise<Done | Failed> {
    this.#isAwaited = true;
    return super.then(onDone, onFailed);
  }
}

type Watcher = (promise: WatchedPromise<unknown>, what: string) => void;

let watcher: Watcher | undefined;

/** Tells a test runner of each run that a test begins, so that it can see whether the test waits. */
export function watchTestRuns(told: Watcher): void {
  watcher = told;
}

/** @param what begins the run: `runTest` */
export function watched<Value>(running: Promise<Value>, what: string): WatchedPromise<Value> {
  const promise = WatchedPromise.of(running);
  watcher?.(promise, what);
  return promise;
}

/** Says that a test did not wait for runs, and what to do about it. */
export function forgottenMessage(what: string, count: number): string {
  const runs = count === 1 ? `a call of ${what}` : `${count} calls of ${what}`;
  const tries = `Try: write await ${what}(...), or return its promise`;
  return `the test ended without waiting for ${runs}, so it proves nothing about the run\n${tries}`;
}
