import type { RunEvent } from "../runtime/run-event.ts";

/**
 * Keeps a question the last thing on the terminal until it is answered: what happens meanwhile is
 * shown afterwards, in its order.
 */
export class Question {
  #isOpen = false;
  #later: (() => void)[] = [];

  /** Told of every event, before it is shown. */
  note(event: RunEvent): void {
    if (event.kind === "approval-request") this.#isOpen = true;
    if (event.kind === "approval-decision" && isAnswer(event.by)) this.answered();
  }

  /** Shows something at once, or when the question is answered. */
  after(show: () => void): void {
    if (this.#isOpen) this.#later.push(show);
    else show();
  }

  /** Also where the run ended without an answer. */
  answered(): void {
    this.#isOpen = false;
    const shows = this.#later;
    this.#later = [];
    for (const show of shows) show();
  }
}

/** Whether a decision answers a question; configuration and rules decide without one. */
export function isAnswer(by: string): boolean {
  return by !== "configuration" && by !== "rule";
}
