import type { Message } from "../../model/message.ts";

/**
 * Gives ids to tool calls that came without one or with one that the answer already used. The ids
 * follow from the conversation alone, so a replay gives the same ones.
 */
export class CallIds {
  readonly #inConversation = new Set<string>();
  readonly #inAnswer = new Set<string>();
  #number = 0;

  constructor(conversation: readonly Message[]) {
    for (const message of conversation) {
      if (message.kind !== "assistant") continue;
      for (const part of message.parts) {
        if (part.kind === "tool-call") this.#inConversation.add(part.id);
      }
    }
  }

  /** The call's own id where it has one that is free, else a new one. */
  take(own: string | undefined): string {
    const id = own === undefined || this.#inAnswer.has(own) ? this.#next() : own;
    this.#inAnswer.add(id);
    return id;
  }

  #next(): string {
    for (;;) {
      this.#number += 1;
      const id = `call_${this.#number}`;
      if (!this.#inConversation.has(id) && !this.#inAnswer.has(id)) return id;
    }
  }
}
