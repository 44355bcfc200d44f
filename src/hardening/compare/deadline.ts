import type { Clock } from "../../host/host.ts";

/** Looks at the clock so many times within the time that one piece of work has. */
const LOOKS = 10;

/**
 * Tells when a piece of work has taken too long, one piece after the other. A timer for each would cost
 * more than most tools take; one that goes on looks at whichever piece is under way.
 */
export class Deadline {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #closed = new AbortController();
  #current: { readonly dueMs: number; readonly over: () => void } | undefined;

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    // It ends by being closed only.
    this.#look().catch(() => undefined);
  }

  /** Work begins; `over` is called once when it takes too long. */
  begin(over: () => void): void {
    this.#current = { dueMs: this.#clock.monotonicMs() + this.#timeoutMs, over };
  }

  /** The work has ended. */
  end(): void {
    this.#current = undefined;
  }

  close(): void {
    this.#closed.abort(new Error("nothing is waited for any more"));
  }

  async #look(): Promise<never> {
    const everyMs = Math.max(1, this.#timeoutMs / LOOKS);
    for (;;) {
      await this.#clock.sleep(everyMs, this.#closed.signal);
      const current = this.#current;
      if (!current || this.#clock.monotonicMs() < current.dueMs) continue;
      this.#current = undefined;
      current.over();
    }
  }
}
