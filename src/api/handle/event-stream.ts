import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import { anyValue, checkOptions, listOf, oneOf } from "../../project/run/check-options.ts";
import type { RunEvent } from "../../runtime/state/run-event.ts";
import type { RunReport } from "../run-report.ts";
import { AnswerText } from "./answer-text.ts";

/** What a response of events is made with. */
export interface EventStreamInit extends ResponseInit {
  /**
   * The kinds of events that the client gets, beside `result` and `error`. Default: all but `answer`.
   *
   * `answer` is what a page shows of the entry's answer: `{ added }` to append, or `{ text }` to show in
   * the place of all before. Whoever names `text-delta` gets `answer-restart` as well. `error` has no
   * more than its `code` unless it is named.
   */
  readonly only?: readonly (RunEvent["kind"] | "answer")[];
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
  only: listOf("kinds of events", oneOf(["answer", ...Object.keys(KINDS)])),
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
  const isSent = chosenKinds(only);
  const { runId } = run;
  const answer = isSent("answer") ? new AnswerText() : undefined;
  let hasTold = false;
  try {
    for await (const event of run) {
      answer?.add(event);
      yield* answerTexts(answer, runId);
      if (!isSent(event.kind)) continue;
      hasTold ||= event.kind === "error" && event.depth === 0;
      yield eventText(event.kind, event);
    }
    const { output, usage, usd } = await run.result;
    if (typeof output === "string") answer?.settle(output);
    yield* answerTexts(answer, runId);
    yield eventText("result", { kind: "result", runId, output, usage, usd });
  } catch (error) {
    if (hasTold) return;
    // It never began, so that no event says why, or the client is not to know more.
    const code = isLlmDoError(error) ? error.code : undefined;
    const more = isSent("error") ? { message: messageOf(error) } : {};
    yield eventText("error", { kind: "error", runId, code, ...more });
  }
}

function chosenKinds(
  only: EventStreamInit["only"],
): (kind: RunEvent["kind"] | "answer") => boolean {
  if (!only) return (kind) => kind !== "answer";
  const kinds = new Set(only);
  if (kinds.has("text-delta")) kinds.add("answer-restart");
  return (kind) => kinds.has(kind);
}

function* answerTexts(answer: AnswerText | undefined, runId: string): Generator<string> {
  const change = answer?.take();
  if (!change) return;
  const { text, added } = change;
  const told = added === undefined ? { text } : { added };
  yield eventText("answer", { kind: "answer", runId, ...told });
}

function eventText(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
