import { printable, printableLines, shortened } from "../cassette/printable.ts";
import type { Output } from "../host/host.ts";
import { totalTokens } from "../model/usage.ts";
import type { RunEvent } from "../runtime/run-event.ts";

/** How much of a run a person wants to see. */
export type Verbosity = 0 | 1 | 2;

/** Characters of an input or output that one line shows. */
const SHOWN_TEXT = 200;

/**
 * Shows a run as lines: warnings always; with 1 the calls, tools and answers as well; with 2 the
 * answers as they stream in.
 */
export interface TextView {
  readonly show: (event: RunEvent) => void;
  /** Whether `show` would write anything. */
  readonly shows: (event: RunEvent) => boolean;
  /** Shows a warning that is no event. */
  readonly warn: (message: string) => void;
  /** Ends the line of an answer that is streaming in. */
  readonly endLine: () => void;
}

export function textView(output: Output, verbosity: Verbosity): TextView {
  let streaming: string | undefined;
  let isLineOpen = false;
  const endLine = () => {
    if (isLineOpen) output.write("\n");
    streaming = undefined;
    isLineOpen = false;
  };
  const line = (text: string) => {
    endLine();
    output.write(`${text}\n`);
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
  return {
    show: (event) => {
      const text = describe(event, verbosity);
      if (text === undefined) return;
      if (isDelta(event)) stream(event, text);
      else line(`${indent(event)}${text}`);
    },
    shows: (event) => describe(event, verbosity) !== undefined,
    warn: (message) => line(`warning: ${message}`),
    endLine,
  };
}

function indent({ depth }: RunEvent): string {
  return "  ".repeat(depth);
}

function isDelta({ kind }: RunEvent): boolean {
  return kind === "text-delta" || kind === "thinking-delta";
}

/** What there is to say of an event; undefined for nothing. */
function describe(event: RunEvent, verbosity: Verbosity): string | undefined {
  if (event.kind === "warning") return `warning: ${event.message}`;
  if (event.kind === "text-delta" || event.kind === "thinking-delta") {
    return verbosity === 2 && event.text !== "" ? event.text : undefined;
  }
  return verbosity === 0 ? undefined : describeStep(event);
}

/** One line about an event; undefined for those that say nothing new. */
function describeStep(event: RunEvent): string | undefined {
  switch (event.kind) {
    case "call-start":
      return `${event.callId}: ${shorten(JSON.stringify(event.input))}`;
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
      return event.allowed
        ? `${event.callId}: ${event.tool} is allowed by ${event.by}`
        : `${event.callId}: ${event.tool} is denied by ${event.by}: ${event.reason}`;
    case "answered":
      return event.reason === undefined
        ? `${event.callId}: code answers (${event.mode})`
        : `${event.callId}: the prompt is asked (${event.mode}): ${shorten(event.reason)}`;
    case "shadow":
      return event.agreed
        ? `${event.callId}: the prompt agrees with code`
        : `${event.callId}: the prompt disagrees with code: ${shorten(differencesText(event))}`;
    case "tool-result":
      return `${event.callId}: ${event.tool} ${event.isError ? "failed" : "gave"}: ${shorten(event.output)}`;
    default:
      return undefined;
  }
}

function differencesText({ differences }: Extract<RunEvent, { kind: "shadow" }>): string {
  const told = differences.map(({ path, code, prompt }) => {
    const where = path === "" ? "" : `${path}: `;
    return `${where}${JSON.stringify(code) ?? "nothing"}, not ${JSON.stringify(prompt) ?? "nothing"}`;
  });
  return told.join("; ");
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function shorten(text: string): string {
  return shortened(printable(text), SHOWN_TEXT);
}
