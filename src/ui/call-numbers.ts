import type { RunEvent } from "../runtime/state/run-event.ts";

/**
 * Numbers the calls of answers that make several, so that what is decided and what comes back can be
 * matched with its call. Calls of an answer that makes one have no number.
 */
export class CallNumbers {
  /** Calls so far of answers that make several, by the call that answered. */
  readonly #counts = new Map<string, number>();
  /** By the id of the call that is made. */
  readonly #numbers = new Map<string, number>();
  /** The last call that nobody could read, by the call that answered: its result comes at once. */
  readonly #unread = new Map<string, number>();

  /** Takes note of an event; the number of the call that it is about, if it has one. */
  note(event: RunEvent): number | undefined {
    switch (event.kind) {
      case "model-response": {
        const calls = event.parts.filter(({ kind }) => kind === "tool-call").length;
        if (calls > 1) this.#counts.set(event.callId, 0);
        else this.#counts.delete(event.callId);
        this.#unread.delete(event.callId);
        return undefined;
      }
      case "tool-call":
        return this.#add(event);
      case "approval-decision":
      case "tool-result":
        return event.target === undefined
          ? this.#unread.get(event.callId)
          : this.#numbers.get(event.target);
      default:
        return undefined;
    }
  }

  /** Whether the call that begins was shown when it was asked for. */
  isNumbered(callId: string): boolean {
    return this.#numbers.has(callId);
  }

  #add({ callId, target }: Extract<RunEvent, { kind: "tool-call" }>): number | undefined {
    const count = this.#counts.get(callId);
    if (count === undefined) return undefined;
    this.#counts.set(callId, count + 1);
    if (target === undefined) this.#unread.set(callId, count + 1);
    else this.#numbers.set(target, count + 1);
    return count + 1;
  }
}
