import type { Message } from "../../model/message.ts";

/**
 * Gives each tool call of an answer an id that the conversation has not used: results are matched to
 * calls by it. The ids follow from the conversation alone, so a replay gives the same ones.
 */
export class CallIds {
  readonly #used = new Set<string>();

  constructor(conversation: readonly Message[]) {
    for (const message of conversation) {
      if (message.kind !== "assistant") continue;
      for (const part of message.parts) if (part.kind === "tool-call") this.#used.add(part.id);
    }
  }

  /** The call's own id where it has one that is free, else the first one made from it that is. */
  take(own: string | undefined): string {
    let id = own || "call_1";
    for (let copy = 2; this.#used.has(id); copy++) id = `${own || "call"}_${copy}`;
    this.#used.add(id);
    return id;
  }
}
