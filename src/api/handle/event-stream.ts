import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import { anyValue, checkOptions, listOf, oneOf } from "../../project/run/check-options.ts";
import type { RunEvent } from "../../runtime/state/run-event.ts";
import type { RunReport } from "../run-report.ts";

/** What a response of events is made with. */
export interface EventStreamInit extends ResponseInit {
  /** The kinds of events that the client gets, beside `result` and `error`. Default: all. */
  readonly only?: readonly RunEvent["kind"][];
}

interface StreamedRun extends AsyncIterable<RunEvent> {
  readonly runId: string;
  readonly result: Promise<RunReport>;
  cancel(reason?: unknown): void;
}

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  // Proxies neither keep nor collect it.
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};

const KINDS = {
  "run-start": true,
  "call-start": true,
  "model-request": true,
  "text-delta": true,
  "thinking-delta": true,
  "answer-restart": true,
  "model-response": true,
  "tool-call": true,
  "approval-request": true,
  "approval-decision": true,
  "tool-result": true,
  answered: true,
  shadow: true,
  "call-end": true,
  warning: true,
  error: true,
  "run-end": true,
} satisfies Record<RunEvent["kind"], true>;

const INIT = {
  status: anyValue,
  statusText: anyValue,
  headers: anyValue,
  only: listOf("kinds of events", oneOf(Object.keys(KINDS))),
} satisfies Record<keyof EventStreamInit, unknown>;

/**
 * The events of a run as a response of server-sent events.
 *
 * @throws LlmDoError `usage` for an unknown key or kind: a client would get more than it may see
 */
export function eventStream(run: StreamedRun, given: EventStreamInit): Response {
  checkOptions(given, INIT, { verb: "make", what: "response" });
  const { only, ...init } = given;
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(HEADERS)) {
    if (!headers.has(name)) headers.set(name, value);
  }
  const texts = eventTexts(run, only);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await texts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      run.cancel("the client has gone");
      await texts.return(undefined);
    },
  });
  return new Response(body, { ...init, headers });
}

async function* eventTexts(
  run: StreamedRun,
  only: EventStreamInit["only"],
): AsyncGenerator<string, undefined> {
  let hasTold = false;
  try {
    for await (const event of run) {
      if (event.kind === "error" && event.depth === 0) hasTold = true;
      else if (only && !only.includes(event.kind)) continue;
      yield eventText(event.kind, event);
    }
    const { output, usage, usd } = await run.result;
    yield eventText("result", { kind: "result", runId: run.runId, output, usage, usd });
  } catch (error) {
    if (hasTold) return;
    // It never began, so that no event says why.
    const code = isLlmDoError(error) ? error.code : undefined;
    const message = messageOf(error);
    yield eventText("error", { kind: "error", runId: run.runId, code, message });
  }
}

function eventText(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
