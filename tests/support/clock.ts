import type { Clock } from "../../src/host/host.ts";

/** A clock that stands still until it is told how much time goes by. */
export class ManualClock implements Clock {
  #nowMs = 0;
  #timers: { readonly atMs: number; readonly ring: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  sleep(durationMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = { atMs: this.#nowMs + durationMs, ring: resolve };
      this.#timers.push(timer);
      const stop = () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
        reject(signal.reason);
      };
      signal.addEventListener("abort", stop, { once: true });
    });
  }

  /** How many timers have neither rung nor been stopped. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Timers that are due ring, in the order of their times. */
  pass(durationMs: number): void {
    this.#nowMs += durationMs;
    const due = this.#timers.filter(({ atMs }) => atMs <= this.#nowMs);
    this.#timers = this.#timers.filter(({ atMs }) => atMs > this.#nowMs);
    for (const { ring } of due.sort((left, right) => left.atMs - right.atMs)) ring();
  }
}
