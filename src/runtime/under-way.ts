import type { Cancellation } from "./cancellation.ts";

/** What a run is in the middle of, and must not lose where it ends early. */
export class UnderWay {
  readonly #cancellation: Cancellation;
  /** Calls that have passed no end yet, by id. */
  readonly #calls = new Set<string>();
  /** Calls whose external effect has begun and is on no record yet. */
  readonly #effects = new Set<string>();
  /** Effects that began and whose record was given up. */
  readonly #lost = new Set<string>();
  #wake: (() => void) | undefined;

  constructor(cancellation: Cancellation) {
    this.#cancellation = cancellation;
  }

  beginCall(id: string): void {
    this.#calls.add(id);
  }

  endCall(id: string): void {
    this.#calls.delete(id);
    this.noteChange();
  }

  beginEffect(id: string): void {
    this.#effects.add(id);
  }

  /** @param isTold whether its caller was told what came of it, so that it is on record */
  endEffect(id: string, isTold: boolean): void {
    if (this.#effects.delete(id) && !isTold) this.#lost.add(id);
    this.noteChange();
  }

  get hasEffects(): boolean {
    return this.#effects.size > 0;
  }

  /** Ids of the effects that began and are on no record. */
  get lost(): readonly string[] {
    return [...this.#lost, ...this.#effects];
  }

  /** Ids of what the end of the run waits for; of nested calls, the innermost. */
  get waitedFor(): readonly string[] {
    const { stopping } = this.#cancellation;
    if (stopping.isReached) return [...this.#effects];
    const going = [...this.#calls].filter((id) => !this.#cancellation.hasFailed(id));
    const ids = [...new Set([...going, ...this.#effects])];
    return ids.filter((id) => !ids.some((other) => other.startsWith(`${id}/`)));
  }

  /** Resolves when there is nothing left to wait for. */
  settled(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    this.noteChange();
    return promise;
  }

  /** Looks again: something ended, or the run waits for less than before. */
  noteChange(): void {
    if (this.#wake && this.waitedFor.length === 0) this.#wake();
  }
}
