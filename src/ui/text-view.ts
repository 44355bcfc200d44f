import { maskAddresses } from "../errors/masked-addresses.ts";
import type { Output } from "../host/host.ts";
import { totalTokens } from "../model/usage.ts";
import type { RunEvent } from "../runtime/state/run-event.ts";
import { counted } from "../words/counted.ts";
import { printable, printableLines, shortened } from "../words/printable.ts";

/** Takes the secrets out of a text. */
type Mask = (text: string) => string;

/** How much of a run a person wants to see. */
type Verbosity = 0 | 1 | 2;

/** Characters of an input or output that one line shows. */
const SHOWN_TEXT = 200;

/**
 * Shows a run as lines: warnings always; with 1 the calls, tools and answers as well; with 2 the
 * answers as they stream in.
 */
interface TextView {
  /** Shows an event; `write` is told first, where there is something to show. */
  readonly show: (event: RunEvent, write?: (line: () => void) => void) => void;
  /** Whether a call's last answer was shown while it streamed in. */
  readonly hasStreamed: (callId: string, text: string) => boolean;
  /** Shows a warning that is no event. */
  readonly warn: (message: string) => void;
  /** Ends the line of an answer that is streaming in. */
  readonly endLine: () => void;
}

/** @param mask what is done to all texts but answers that stream in, which come in pieces */
export function textView(
  output: Output,
  verbosity: Verbosity,
  mask: Mask = maskAddresses,
): TextView {
  const numbers = new CallNumbers();
  const streamed = new Map<string, string>();
  let streaming: string | undefined;
  let isLineOpen = false;
  const endLine = () => {
    if (isLineOpen) output.write("\n");
    streaming = undefined;
    isLineOpen = false;
  };
  const line = (text: string) => {
    endLine();
    output.write(`${mask(text)}\n`);
  };
  const stream = (event: RunEvent, text: string) => {
    // Calls that run at once stream at once: each change of the speaker starts a line.
    const speaker = event.kind === "thinking-delta" ? `${event.callId} thinks` : event.callId;
    if (streaming !== speaker) {
      endLine();
      output.write(`${indent(event)}${speaker}: `);
    } else if (!isLineOpen) output.write(indent(event));
    streaming = speaker;
    isLineOpen = !text.endsWith("\n");
    // What a model says must not steer the terminal that it is shown on.
    output.write(printableLines(text).replaceAll(/\n(?!$)/g, `\n${indent(event)}`));
  };
  const hasStreamed = (callId: string, text: string) =>
    streamed.get(callId)?.trim() === text.trim();
  return {
    show: (event, write = (show) => show()) => {
      const number = numbers.note(event);
      noteStreamed(streamed, event, verbosity);
      const isNumbered = numbers.isNumbered(event.callId);
      // Masked first: half of a secret would not be known as one.
      const shorten = (long: string) => shortened(printable(mask(long)), SHOWN_TEXT);
      const known = { number, isNumbered, hasStreamed, shorten };
      const text = describeEvent(event, verbosity, known);
      if (text === undefined) return;
      write(() => (isDelta(event) ? stream(event, text) : line(`${indent(event)}${text}`)));
    },
    hasStreamed,
    warn: (message) => line(`warning: ${message}`),
    endLine,
  };
}

/** Keeps what a call has said since it asked its model. */
function noteStreamed(streamed: Map<string, string>, event: RunEvent, verbosity: Verbosity): void {
  const { kind, callId } = event;
  if (verbosity < 2) return;
  if (kind === "model-request" || kind === "answer-restart") streamed.delete(callId);
  if (kind === "text-delta") streamed.set(callId, (streamed.get(callId) ?? "") + event.text);
}

/** What is known of an event beside itself. */
interface Known {
  /** Of the call that it is about, where an answer makes several. */
  readonly number: number | undefined;
  /** Whether the call that it is of was shown with a number. */
  readonly isNumbered: boolean;
  readonly hasStreamed: (callId: string, text: string) => boolean;
  /** As much of a text as one line shows. */
  readonly shorten: Mask;
}

function indent({ depth }: RunEvent): string {
  return "  ".repeat(depth);
}

function isDelta({ kind }: RunEvent): boolean {
  return kind === "text-delta" || kind === "thinking-delta";
}

/** What there is to say of an event; undefined for nothing. */
function describeEvent(event: RunEvent, verbosity: Verbosity, known: Known): string | undefined {
  if (event.kind === "warning") return `warning: ${printableLines(event.message)}`;
  if (event.kind === "text-delta" || event.kind === "thinking-delta") {
    return verbosity === 2 && event.text !== "" ? event.text : undefined;
  }
  return verbosity === 0 ? undefined : describeStep(event, known);
}

/** One line about an event; undefined for those that say nothing new. */
function describeStep(event: RunEvent, known: Known): string | undefined {
  const { shorten } = known;
  const about = known.number === undefined ? event.callId : `${event.callId}: call ${known.number}`;
  switch (event.kind) {
    case "call-start":
      // A call with a number was shown with its input when it was asked for.
      return known.isNumbered
        ? undefined
        : `${event.callId}: ${shorten(JSON.stringify(event.input))}`;
    case "tool-call":
      if (known.number === undefined) return undefined;
      return `${about}: ${event.target ?? event.tool} ${shorten(JSON.stringify(event.input))}`;
    case "model-request":
      return `${event.callId}: asks ${event.model} (${counted(event.messageCount, "message")})`;
    case "model-response": {
      const calls = event.parts.filter((part) => part.kind === "tool-call").length;
      const what = calls === 0 ? "answers" : `calls ${counted(calls, "tool")}`;
      const from = event.source === "script" ? ", from a script" : "";
      return `${event.callId}: ${event.model} ${what} (${totalTokens(event.usage)} tokens${from})`;
    }
    case "answer-restart":
      return `${event.callId}: the answer begins anew: ${event.reason}`;
    case "approval-decision":
      if (event.by === "abort" || event.by === "nobody") {
        return `${about}: ${event.tool} is not allowed: ${event.reason}`;
      }
      return event.allowed
        ? `${about}: ${event.tool} is allowed by ${event.by}`
        : `${about}: ${event.tool} is denied by ${event.by}: ${event.reason}`;
    case "answered":
      return event.reason === undefined
        ? `${event.callId}: code answers (${event.mode}${event.checked ? ", checked" : ""})`
        : `${event.callId}: the prompt is asked (${event.mode}): ${shorten(event.reason)}`;
    case "shadow":
      if (event.agreed === undefined) {
        return `${event.callId}: code gave no answer: ${shorten(event.reason ?? "")}`;
      }
      return event.agreed
        ? `${event.callId}: the prompt agrees with code`
        : `${event.callId}: the prompt disagrees with code: ${shorten(differencesText(event))}`;
    case "tool-result":
      return `${about}: ${event.tool} ${resultText(event, known)}`;
    default:
      return undefined;
  }
}

function resultText(
  { output, isError, target }: Extract<RunEvent, { kind: "tool-result" }>,
  { hasStreamed, shorten }: Known,
): string {
  const isShown = !isError && target !== undefined && hasStreamed(target, output);
  return isShown ? "gave that answer" : `${isError ? "failed" : "gave"}: ${shorten(output)}`;
}

function differencesText({ differences }: Extract<RunEvent, { kind: "shadow" }>): string {
  const told = differences.map(({ path, code, prompt }) => {
    const where = path === "" ? "" : `${path}: `;
    return `${where}${JSON.stringify(code) ?? "nothing"}, not ${JSON.stringify(prompt) ?? "nothing"}`;
  });
  return told.join("; ");
}

/**
 * Numbers the calls of answers that make several, so that what is decided and what comes back can be
 * matched with its call. Calls of an answer that makes one have no number.
 */
class CallNumbers {
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
