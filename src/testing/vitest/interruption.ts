import type { Plugin } from "vitest/config";
import type { Vitest } from "vitest/node";
import { keepInterruptListeners } from "../../host/interrupts.ts";

/** Ends a run of vitest when a person interrupts it, so that whatever runs can clean up. */
export class Interruption implements Disposable {
  readonly #signal: AbortSignal;
  readonly #listeners = keepInterruptListeners();
  readonly #closed = Promise.withResolvers<void>();
  readonly #stopped = Promise.withResolvers<undefined>();
  #vitest: Vitest | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", this.#stop, { once: true });
  }

  /** Knows the run from its beginning. */
  get plugin(): Plugin {
    return {
      name: "llm-do:interruption",
      configureVitest: ({ vitest }) => {
        // vitest's own would end the process within a millisecond.
        this.#listeners[Symbol.dispose]();
        this.#vitest = vitest;
        vitest.onClose(() => this.#closed.resolve());
      },
    };
  }

  /** Resolves when vitest has closed, as a person ends watching. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** The result of what is under way; undefined when it was interrupted and has come to rest. */
  endOf<Value>(running: Promise<Value>): Promise<Value | undefined> {
    running.catch(() => undefined); // told by the race, unless it was interrupted before
    return Promise.race([running, this.#stopped.promise]);
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener("abort", this.#stop);
  }

  readonly #stop = async () => {
    const vitest = this.#vitest;
    try {
      await vitest?.cancelCurrentRun("keyboard-input");
      await vitest?.close();
    } finally {
      this.#stopped.resolve(undefined);
    }
  };
}
