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
export function textView(output: Output, verbosity: Verbosity): (event: RunEvent) => void {
  let streaming: string | undefined;
  const line = (event: RunEvent, text: string) => {
    if (streaming !== undefined) output.write("\n");
    streaming = undefined;
    output.write(`${"  ".repeat(event.depth)}${text}\n`);
  };
  const stream = (event: RunEvent, text: string) => {
    // Calls that run at once stream at once: each change of the speaker starts a line.
    if (streaming !== event.callId) {
      if (streaming !== undefined) output.write("\n");
      output.write(`${"  ".repeat(event.depth)}${event.callId}: `);
    }
    streaming = event.callId;
    output.write(text);
  };
  return (event) => {
    if (event.kind === "warning") line(event, `warning: ${event.message}`);
    else if (event.kind === "text-delta" || event.kind === "thinking-delta") {
      if (verbosity === 2) stream(event, event.text);
    } else if (verbosity > 0) {
      const text = describe(event);
      if (text !== undefined) line(event, text);
    }
  };
}

/** One line about an event; undefined for those that say nothing new. */
function describe(event: RunEvent): string | undefined {
  switch (event.kind) {
    case "call-start":
      return `${event.callId}: ${shorten(JSON.stringify(event.input))}`;
    case "model-request":
      return `${event.callId}: asks ${event.model} (${event.messageCount} messages)`;
    case "model-response": {
      const calls = event.parts.filter((part) => part.kind === "tool-call").length;
      const what = calls === 0 ? "answers" : `calls ${calls} ${calls === 1 ? "tool" : "tools"}`;
      const from = event.source === "script" ? ", from a script" : "";
      return `${event.callId}: ${event.model} ${what} (${totalTokens(event.usage)} tokens${from})`;
    }
    case "answer-restart":
      return `${event.callId}: the answer begins anew: ${event.reason}`;
    case "approval-decision":
      return event.allowed
        ? `${event.tool}: allowed by ${event.by}`
        : `${event.tool}: denied by ${event.by}: ${event.reason}`;
    case "tool-result":
      return `${event.tool} ${event.isError ? "failed" : "gave"}: ${shorten(event.output)}`;
    default:
      return undefined;
  }
}

function shorten(text: string): string {
  const oneLine = text.replaceAll("\n", "\\n");
  return oneLine.length <= SHOWN_TEXT ? oneLine : `${oneLine.slice(0, SHOWN_TEXT)}…`;
}
