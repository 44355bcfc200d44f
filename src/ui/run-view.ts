import { addAnswer, formatBill, NO_BILL } from "../cassette/read/bill.ts";
import { SecretScanner } from "../cassette/secrets/secret-scanner.ts";
import type { Summary } from "../cassette/state/summary.ts";
import { formatSummary } from "../cassette/state/summary-book.ts";
import type { LlmDoError } from "../errors/llm-do-error.ts";
import { maskAddresses } from "../errors/masked-addresses.ts";
import type { Environment, Host } from "../host/host.ts";
import type { RunEvent } from "../runtime/state/run-event.ts";
import { printableLines } from "../words/printable.ts";
import { jsonView } from "./json-view.ts";
import { progressLine, Question } from "./last-line.ts";
import { textView } from "./text-view.ts";

/** All that a run shows on stderr. */
interface RunView {
  readonly onEvent: (event: RunEvent) => void;
  readonly onWarning: (message: string) => void;
  readonly onSummary: (summary: Summary) => void;
  /** Shows what a run without a cassette has used, to a person. */
  readonly showUsed: () => void;
  /** Whether a person has seen this answer of the entry on the terminal, where it streamed in. */
  readonly hasStreamed: (answer: unknown) => boolean;
  /** Whether an error has been shown as an event, so that nobody needs to show it again. */
  readonly hasShown: (error: LlmDoError) => boolean;
  /** Ends what is drawn in place; called before the result is written. */
  readonly stop: () => void;
}

interface RunViewOptions {
  readonly isJson: boolean;
  /** How often `-v` was given. */
  readonly verbosity: number;
  /** Whether a person is asked on the terminal that shows the run. */
  readonly isAsked: boolean;
  /** Whether stacks are shown. */
  readonly isDebug?: boolean;
}

/** What shows a run: JSON lines, or lines of text with a progress line on a terminal. */
export function createRunView(options: RunViewOptions, host: Host): RunView {
  return options.isJson ? createJsonView(host) : createTextView(options, host);
}

function createJsonView({ stderr, env }: Host): RunView {
  const json = jsonView(stderr, maskFor(env));
  let shown: string | undefined;
  return {
    onEvent: (event) => {
      if (event.kind === "error") shown = event.report;
      json(event);
    },
    onWarning: (message) => json({ kind: "warning", message }),
    onSummary: (summary) => json({ kind: "summary", summary }),
    showUsed: () => undefined,
    hasStreamed: () => false,
    hasShown: (error) => error.report() === shown,
    stop: () => undefined,
  };
}

/** Masks what is written like a secret, and the values of secret variables; made when it is needed. */
function maskFor(env: Environment): (text: string) => string {
  let scanner: SecretScanner | undefined;
  return (text) => {
    scanner ??= new SecretScanner(env);
    return scanner.mask(maskAddresses(text));
  };
}

function createTextView(options: RunViewOptions, { stdout, stderr, clock, env }: Host): RunView {
  const verbosity = options.verbosity >= 2 ? 2 : options.verbosity === 1 ? 1 : 0;
  const mask = maskFor(env);
  const text = textView(stderr, verbosity, mask);
  const progress = progressLine(stderr, clock);
  const question = new Question();
  let bill = NO_BILL;
  let entry = "";
  const write = (show: () => void) =>
    question.after(() => {
      progress.clear();
      show();
    });
  return {
    onEvent: (event) => {
      if (options.isAsked) question.note(event);
      // With -vv the answers themselves move.
      if (verbosity < 2) progress.show(event);
      if (event.kind === "model-response") bill = addAnswer(bill, event.model, event);
      if (event.kind === "run-start") entry = event.callId;
      text.show(event, write);
      const stack = options.isDebug && event.kind === "warning" ? event.stack : undefined;
      if (stack !== undefined) write(() => stderr.write(`${printableLines(mask(stack))}\n`));
    },
    onWarning: (message) => write(() => text.warn(message)),
    onSummary: (summary) => stderr.write(`cassette: ${formatSummary(summary)}\n`),
    showUsed: () => {
      const used = formatBill(bill);
      if (used !== undefined && (stderr.isTerminal || verbosity > 0)) {
        stderr.write(`used: ${used}\n`);
      }
    },
    hasStreamed: (answer) => {
      const isSeen = stdout.isTerminal && stderr.isTerminal && typeof answer === "string";
      return isSeen && text.hasStreamed(entry, answer);
    },
    hasShown: () => false,
    stop: () => {
      question.answered();
      progress.stop();
      text.endLine();
    },
  };
}
