import type { Clock } from "../../host/host.ts";
import type { RunEvent } from "../../runtime/state/run-event.ts";

/** Ends what takes too long, and knows what it was waiting for. */
export class Deadline implements Disposable {
  readonly #abort = new AbortController();
  readonly #stop = new AbortController();
  readonly #open = new Map<string, string>();
  readonly #timeoutMs: number;
  #hungIn: string | undefined;
  #moreMs = 0;

  constructor(timeoutMs: number, clock: Clock) {
    this.#timeoutMs = timeoutMs;
    this.#pass(timeoutMs, clock).then(
      () => this.#expire(),
      () => undefined, // it ended in time
    );
  }

  /** Gives more time, for what is nobody's fault. */
  extend(byMs: number): void {
    this.#moreMs += byMs;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** What was under way when the time was over; undefined when it was not over. */
  get message(): string | undefined {
    if (this.#hungIn === undefined) return undefined;
    return `it did not end within ${this.#timeoutMs / 1000} s; it hung in ${this.#hungIn}`;
  }

  readonly onEvent = (event: RunEvent): void => {
    const { callId } = event;
    if (event.kind === "call-start") this.#open.set(callId, callId);
    if (event.kind === "call-end") this.#open.delete(callId);
    if (event.kind === "model-request")
      this.#open.set(callId, `${callId}, which waits for its model`);
    if (event.kind === "model-response") this.#open.set(callId, callId);
  };

  [Symbol.dispose](): void {
    this.#stop.abort();
  }

  async #pass(durationMs: number, clock: Clock): Promise<void> {
    await clock.sleep(durationMs, this.#stop.signal);
    if (this.#moreMs === 0) return;
    const moreMs = this.#moreMs;
    this.#moreMs = 0;
    await this.#pass(moreMs, clock);
  }

  #expire(): void {
    // The last one that began and did not end is the deepest.
    this.#hungIn = [...this.#open.values()].at(-1) ?? "the loading of the project";
    this.#abort.abort(new Error("the case took too long"));
  }
}
