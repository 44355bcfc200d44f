import { LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { RunEvent } from "./run-event.ts";

interface SinkOptions {
  readonly onEvent: ((event: RunEvent) => void) | undefined;
  /** The entry's name, for errors. */
  readonly entry: string;
  /** Told once, when what is told of events fails. */
  readonly onFailure: (error: LlmDoError) => void;
}

/** Hands the events of a run to the program, and notices where the program fails over one. */
export class EventSink {
  readonly #options: SinkOptions;
  readonly #pending = new Set<Promise<void>>();
  #failure: LlmDoError | undefined;

  constructor(options: SinkOptions) {
    this.#options = options;
  }

  get isListening(): boolean {
    return this.#options.onEvent !== undefined;
  }

  tell(event: RunEvent): void {
    try {
      // It may be an async function, which the type allows.
      const returned: unknown = this.#options.onEvent?.(event);
      if (returned instanceof Promise) this.#await(returned);
    } catch (thrown) {
      this.#fail("threw", thrown);
    }
  }

  /**
   * Waits for what the program does with the events, unless the signal aborts first.
   *
   * @throws LlmDoError `call` where it failed over one of them
   */
  async settle(signal: AbortSignal | undefined): Promise<void> {
    if (this.#pending.size > 0 && !signal?.aborted) {
      const aborted = Promise.withResolvers<void>();
      const stop = () => aborted.resolve();
      signal?.addEventListener("abort", stop, { once: true });
      await Promise.race([Promise.all(this.#pending), aborted.promise]);
      signal?.removeEventListener("abort", stop);
    }
    if (this.#failure) throw this.#failure;
  }

  #await(returned: Promise<unknown>): void {
    const pending = returned
      .then(
        () => undefined,
        (thrown: unknown) => this.#fail("rejected", thrown),
      )
      .finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
  }

  #fail(how: "threw" | "rejected", thrown: unknown): void {
    if (this.#failure) return;
    const { entry, onFailure } = this.#options;
    this.#failure = new LlmDoError({
      code: "call",
      verb: "run",
      what: entry,
      reason: `onEvent ${how}: ${messageOf(thrown)}`,
      tries: ["catch in onEvent what may fail there"],
      cause: thrown,
    });
    onFailure(this.#failure);
  }
}
