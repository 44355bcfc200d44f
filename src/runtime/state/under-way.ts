import type { Clock } from "../../host/host.ts";
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

/** How long the end of a run waits for what is under way. */
export const LAST_WAIT_MS = 30_000;

/** A wait that is shorter is not worth a remark. */
const TELL_AFTER_MS = 300;

const MS_PER_SECOND = 1000;

interface LastWait {
  readonly cancellation: Cancellation;
  readonly underWay: UnderWay;
  readonly clock: Clock;
  /** The caller's: a person has interrupted where it has aborted. */
  readonly signal: AbortSignal | undefined;
  readonly warn: (message: string) => void;
}

/**
 * Waits until nothing is under way that an early end would lose: branches that run on to their end,
 * and external effects whose result is to be recorded. Gives up after {@link LAST_WAIT_MS}.
 */
export async function lastWait(wait: LastWait): Promise<void> {
  const { cancellation, underWay, clock, signal, warn } = wait;
  if (underWay.waitedFor.length > 0) {
    const done = new AbortController();
    const { stopping } = cancellation;
    let told = "";
    const tell = () => {
      const text = waitText(underWay.waitedFor, signal?.aborted ?? false);
      if (text !== told) warn(text);
      told = text;
    };
    const after = (ms: number) => clock.sleep(ms, done.signal);
    // An interrupt may come while branches are waited for: it shortens the list.
    const onStop = () => {
      underWay.noteChange();
      if (underWay.waitedFor.length > 0) tell();
    };
    stopping.signal.addEventListener("abort", onStop, { once: true });
    after(TELL_AFTER_MS).then(tell, () => undefined);
    try {
      await Promise.race([underWay.settled(), after(LAST_WAIT_MS)]);
    } finally {
      stopping.signal.removeEventListener("abort", onStop);
      done.abort();
    }
  }
  const lost = underWay.lost.map(shortId);
  if (lost.length > 0) warn(lostText(lost));
}

function waitText(ids: readonly string[], isInterrupted: boolean): string {
  const how = `Ctrl-C ${isInterrupted ? "again" : "twice"} to end at once`;
  const names = ids.map(shortId).join(", ");
  return `waiting for ${names} (up to ${LAST_WAIT_MS / MS_PER_SECOND} s; ${how})`;
}

function lostText(names: readonly string[]): string {
  const [it, is] = names.length === 1 ? ["it", "is"] : ["they", "are"];
  return `${names.join(", ")} had begun, and what ${it} did ${is} not on record: look before you run this again`;
}

/** The path of a call without the entry, which is the same for all. */
function shortId(id: string): string {
  const slash = id.indexOf("/");
  return slash < 0 ? id : id.slice(slash + 1);
}
