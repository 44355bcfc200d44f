import { formatLedger, type Ledger } from "../cassette/ledger.ts";
import type { LlmDoError } from "../errors/llm-do-error.ts";
import type { Host } from "../host/host.ts";
import type { RunEvent } from "../runtime/run-event.ts";
import { jsonView } from "./json-view.ts";
import { progressLine } from "./progress.ts";
import { textView } from "./text-view.ts";

/** All that a run shows on stderr. */
export interface RunView {
  readonly onEvent: (event: RunEvent) => void;
  readonly onWarning: (message: string) => void;
  readonly onLedger: (ledger: Ledger) => void;
  /** Whether an error has been shown as an event, so that nobody needs to show it again. */
  readonly hasShown: (error: LlmDoError) => boolean;
  /** Ends what is drawn in place; called before the result is written. */
  readonly stop: () => void;
}

export interface RunViewOptions {
  readonly isJson: boolean;
  /** How often `-v` was given. */
  readonly verbosity: number;
}

/** What shows a run: JSON lines, or lines of text with a progress line on a terminal. */
export function createRunView({ isJson, verbosity }: RunViewOptions, host: Host): RunView {
  return isJson ? createJsonView(host) : createTextView(verbosity, host);
}

function createJsonView({ stderr }: Host): RunView {
  const json = jsonView(stderr);
  let shown: string | undefined;
  return {
    onEvent: (event) => {
      if (event.kind === "error") shown = event.report;
      json(event);
    },
    onWarning: (message) => json({ kind: "warning", message }),
    onLedger: (ledger) => json({ kind: "ledger", ledger }),
    hasShown: (error) => error.report() === shown,
    stop: () => undefined,
  };
}

function createTextView(count: number, { stderr, clock }: Host): RunView {
  const verbosity = count >= 2 ? 2 : count === 1 ? 1 : 0;
  const text = textView(stderr, verbosity);
  const progress = progressLine(stderr, clock);
  return {
    onEvent: (event) => {
      // With -vv the answers themselves move.
      if (verbosity < 2) progress.show(event);
      if (!text.shows(event)) return;
      progress.clear();
      text.show(event);
    },
    onWarning: (message) => {
      progress.clear();
      text.warn(message);
    },
    onLedger: (ledger) => stderr.write(`cassette: ${formatLedger(ledger)}\n`),
    hasShown: () => false,
    stop: () => {
      progress.stop();
      text.endLine();
    },
  };
}
