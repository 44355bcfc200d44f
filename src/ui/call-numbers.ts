import type { RunEvent } from "../runtime/run-event.ts";

interface NumberedCall {
  readonly number: number;
  readonly tool: string;
  readonly target: string | undefined;
  isDecided: boolean;
  isEnded: boolean;
}

/**
 * Numbers the calls of answers that make several, so that what is decided and what comes back can be
 * matched with its call. Calls of an answer that makes one have no number.
 */
export class CallNumbers {
  /** By the call that answered. */
  readonly #calls = new Map<string, NumberedCall[]>();
  readonly #targets = new Set<string>();

  /** Takes note of an event; the number of the call that it is about, if it has one. */
  note(event: RunEvent): number | undefined {
    switch (event.kind) {
      case "model-response": {
        const calls = event.parts.filter(({ kind }) => kind === "tool-call").length;
        if (calls > 1) this.#calls.set(event.callId, []);
        else this.#calls.delete(event.callId);
        return undefined;
      }
      case "tool-call":
        return this.#add(event);
      case "approval-decision": {
        const open = this.#open(event).filter(({ isDecided }) => !isDecided);
        // Of two calls of one tool nobody knows which was decided.
        const [call] = open.length === 1 ? open : [];
        if (call) call.isDecided = true;
        return call?.number;
      }
      case "tool-result": {
        const call = this.#open(event).find(({ target }) => target === event.target);
        if (call) call.isEnded = true;
        return call?.number;
      }
      default:
        return undefined;
    }
  }

  /** Whether the call that begins was shown when it was asked for. */
  isNumbered(callId: string): boolean {
    return this.#targets.has(callId);
  }

  #add({ callId, tool, target }: Extract<RunEvent, { kind: "tool-call" }>): number | undefined {
    const calls = this.#calls.get(callId);
    if (!calls) return undefined;
    const number = calls.length + 1;
    calls.push({ number, tool, target, isDecided: false, isEnded: false });
    if (target !== undefined) this.#targets.add(target);
    return number;
  }

  #open({ callId, tool }: { readonly callId: string; readonly tool: string }): NumberedCall[] {
    const calls = this.#calls.get(callId) ?? [];
    return calls.filter((call) => call.tool === tool && !call.isEnded);
  }
}
