import type { Clock, Output } from "../host/host.ts";
import type { RunEvent } from "../runtime/state/run-event.ts";
import { printable, TerminalCommand } from "../words/printable.ts";

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
function answersQuestion(
  event: RunEvent,
): event is Extract<RunEvent, { readonly kind: "approval-decision" }> {
  const { kind } = event;
  return kind === "approval-decision" && event.by !== "configuration" && event.by !== "rule";
}

const REDRAW_MS = 200;
const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** One line on a terminal that says what a run is waiting for, redrawn in place. */
interface Progress {
  readonly show: (event: RunEvent) => void;
  /** Takes the line away, so that something else may be written. */
  readonly clear: () => void;
  readonly stop: () => void;
}

/** A progress line on a terminal; does nothing elsewhere. */
export function progressLine(output: Output, clock: Clock): Progress {
  if (!output.isTerminal) {
    const nothing = () => undefined;
    return { show: nothing, clear: nothing, stop: nothing };
  }
  const waiting: Waiting = new Map();
  const stopped = new AbortController();
  let frame = 0;
  let isDrawn = false;
  /** Ids of the calls that are asked about. */
  const asked = new Set<string>();
  const clear = () => {
    if (isDrawn) output.write(TerminalCommand.eraseLine);
    isDrawn = false;
  };
  const draw = () => {
    const [first] = waiting.values();
    clear();
    if (!first || asked.size > 0) return;
    const seconds = ((clock.monotonicMs() - first.sinceMs) / 1000).toFixed(1);
    const others = waiting.size > 1 ? ` and ${waiting.size - 1} more` : "";
    // What the width cuts off is the least of it.
    const what = printable(first.what);
    const text = `${FRAMES[frame % FRAMES.length]} ${seconds} s: ${what}${others}`;
    output.write(text.slice(0, Math.max(1, output.columns - 1)));
    isDrawn = true;
  };
  const redraw = async () => {
    while (!stopped.signal.aborted) {
      await clock.sleep(REDRAW_MS, stopped.signal);
      frame++;
      draw();
    }
  };
  redraw().catch(() => undefined); // ends by the abort of its own signal
  return {
    show: (event) => {
      // A question stands on the terminal until it is answered; several may wait for their turn.
      if (event.kind === "approval-request") asked.add(event.target);
      if (answersQuestion(event)) asked.delete(event.target);
      if (asked.size > 0) clear();
      updateWaiting(waiting, event, clock.monotonicMs());
    },
    clear,
    stop: () => {
      stopped.abort();
      clear();
    },
  };
}

type Waiting = Map<string, { readonly what: string; readonly sinceMs: number }>;

/** Keeps the calls that wait for something themselves, not for a call below them. */
function updateWaiting(waiting: Waiting, event: RunEvent, nowMs: number): void {
  const { callId, parentCallId } = event;
  switch (event.kind) {
    case "call-start":
      if (parentCallId !== undefined) waiting.delete(parentCallId);
      waiting.set(callId, { what: callId, sinceMs: nowMs });
      return;
    case "model-request":
      waiting.set(callId, { what: `${callId} waits for ${event.model}`, sinceMs: nowMs });
      return;
    case "call-end":
      waiting.delete(callId);
      if (parentCallId !== undefined && !hasCallBelow(waiting, parentCallId)) {
        waiting.set(parentCallId, { what: parentCallId, sinceMs: nowMs });
      }
      return;
    case "run-end":
      waiting.clear();
      return;
    default:
      return;
  }
}

function hasCallBelow(waiting: Waiting, callId: string): boolean {
  return [...waiting.keys()].some((id) => id.startsWith(`${callId}/`));
}
