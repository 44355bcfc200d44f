import type { RunEvent } from "../runtime/state/run-event.ts";

/**
 * Keeps a question the last thing on the terminal until it is answered: what happens meanwhile is
 * shown afterwards, in its order.
 */
export class Question {
  /** Id of the call that is asked about; undefined where none is. */
  #open: string | undefined;
  #later: (() => void)[] = [];

  /** Told of every event, before it is shown. */
  note(event: RunEvent): void {
    if (event.kind === "approval-request") this.#open = event.target;
    // A call beside it may be decided meanwhile, by a rule that failed.
    if (answersQuestion(event) && event.target === this.#open) this.answered();
  }

  /** Shows something at once, or when the question is answered. */
  after(show: () => void): void {
    if (this.#open !== undefined) this.#later.push(show);
    else show();
  }

  /** Also where the run ended without an answer. */
  answered(): void {
    this.#open = undefined;
    const shows = this.#later;
    this.#later = [];
    for (const show of shows) show();
  }
}

/** Whether an event answers a question; configuration and rules decide without one. */
export function answersQuestion(
  event: RunEvent,
): event is Extract<RunEvent, { readonly kind: "approval-decision" }> {
  const { kind } = event;
  return kind === "approval-decision" && event.by !== "configuration" && event.by !== "rule";
}
