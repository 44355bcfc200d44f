import type { Clock, Output } from "../host/host.ts";
import type { RunEvent } from "../runtime/run-event.ts";

const REDRAW_MS = 200;
const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** One line on a terminal that says what a run is waiting for, redrawn in place. */
export interface Progress {
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
  const waiting = new Map<string, { readonly what: string; readonly sinceMs: number }>();
  const stopped = new AbortController();
  let frame = 0;
  let isDrawn = false;
  const clear = () => {
    if (isDrawn) output.write("\r\u001b[2K");
    isDrawn = false;
  };
  const draw = () => {
    const [first] = waiting.values();
    clear();
    if (!first) return;
    const seconds = ((clock.monotonicMs() - first.sinceMs) / 1000).toFixed(1);
    const others = waiting.size > 1 ? ` and ${waiting.size - 1} more` : "";
    const text = `${FRAMES[frame % FRAMES.length]} ${first.what}${others} ${seconds} s`;
    output.write(text.slice(0, Math.max(1, output.columns - 1)));
    isDrawn = true;
  };
  const redraw = async () => {
    while (!stopped.signal.aborted) {
      await clock.sleep(REDRAW_MS, stopped.signal);
      frame++;
      if (waiting.size > 0) draw();
    }
  };
  redraw().catch(() => undefined); // ends by the abort of its own signal
  return {
    show: (event) => {
      updateWaiting(waiting, event, clock.monotonicMs());
    },
    clear,
    stop: () => {
      stopped.abort();
      clear();
    },
  };
}

function updateWaiting(
  waiting: Map<string, { readonly what: string; readonly sinceMs: number }>,
  event: RunEvent,
  nowMs: number,
): void {
  switch (event.kind) {
    case "model-request":
      waiting.set(event.callId, { what: `${event.callId}: ${event.model}`, sinceMs: nowMs });
      return;
    case "model-response":
    case "call-end":
      waiting.delete(event.callId);
      return;
    case "run-end":
      waiting.clear();
      return;
    default:
      return;
  }
}
