import { setTimeout as delay } from "node:timers/promises";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll } from "vitest";
import { collectAnswer } from "../../../src/model/answer.ts";
import type { ModelEvent } from "../../../src/model/event.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import { userText } from "../../../src/model/message.ts";
import type { ModelRequest } from "../../../src/model/request.ts";
import { createAnthropicTransport } from "../../../src/providers/anthropic/transport.ts";
import { DEFAULT_SWITCHES } from "../../../src/providers/wire/server-switches.ts";

export const config = {
  provider: "anthropic",
  baseUrl: "https://models.example",
  apiKey: "key-5d1c",
  keyVariable: "ANTHROPIC_API_KEY",
  headers: {},
  query: {},
} as const;

export const nowMs = Date.UTC(2026, 0, 1);

const transport = createAnthropicTransport(config, DEFAULT_SWITCHES, () => nowMs);

export const request: ModelRequest = {
  model: "anthropic:claude-haiku-4-5",
  system: "",
  messages: [userText("hi")],
  tools: [],
  serverTools: [],
  settings: {},
};

/** A request as the server got it. */
interface Received {
  readonly url: string;
  readonly headers: Headers;
  readonly body: JsonObject;
}

export interface FakeServer {
  /** Answers all requests of this test; what they were is in the list that comes back. */
  serve(reply: () => Response): readonly Received[];
}

/** A server in place of the network for the tests of one file. */
export function fakeServer(): FakeServer {
  const server = setupServer();
  beforeAll(() => server.listen({ onUnhandledFrame: "error" }));
  afterEach(() => server.resetHandlers());
  afterAll(() => server.close());
  return {
    serve(reply) {
      const received: Received[] = [];
      server.use(
        http.post("*/v1/messages", async ({ request: got }) => {
          const body = (await got.json()) as JsonObject; // the SDK sends an object
          received.push({ url: got.url, headers: got.headers, body });
          return reply();
        }),
      );
      return received;
    },
  };
}

/** The text of an event stream. */
export function sse(...events: readonly JsonObject[]): string {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
}

export function streamReply(text: string): Response {
  return new HttpResponse(text, { headers: { "content-type": "text/event-stream" } });
}

/** A stream of these pieces that ends well, breaks, or hangs. */
export function piecesReply(pieces: readonly Uint8Array[], ending: "close" | "break" | "hang") {
  const rest = [...pieces];
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = rest.shift();
      if (next) controller.enqueue(next);
      else if (ending === "close") controller.close();
      else if (ending === "hang")
        await new Promise<void>(() => {}); // never again
      else {
        // A break discards what nobody has read yet.
        await delay(50);
        controller.error(new TypeError("terminated"));
      }
    },
  });
  return new HttpResponse(body, { headers: { "content-type": "text/event-stream" } });
}

export const start: JsonObject = {
  type: "message_start",
  message: { content: [], usage: { input_tokens: 9, output_tokens: 1 } },
};

export const stop: readonly JsonObject[] = [
  { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 5 } },
  { type: "message_stop" },
];

/** The events of one block that comes in several deltas. */
export function block(index: number, content_block: JsonObject, deltas: readonly JsonObject[]) {
  return [
    { type: "content_block_start", index, content_block },
    ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ];
}

export function textBlock(index: number, ...texts: readonly string[]): JsonObject[] {
  const deltas = texts.map((text) => ({ type: "text_delta", text }));
  return block(index, { type: "text", text: "" }, deltas);
}

export function ask(signal = new AbortController().signal): AsyncIterable<ModelEvent> {
  return transport.stream(request, { signal });
}

export function answer() {
  return collectAnswer(ask());
}

/** All events of a stream that must end well. */
export async function allEvents(stream: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> {
  const { events, error } = await untilError(stream);
  if (error !== undefined) throw error;
  return events;
}

/** The events before a stream throws, and what it throws. */
export async function untilError(
  stream: AsyncIterable<ModelEvent>,
): Promise<{ events: ModelEvent[]; error: unknown }> {
  const events: ModelEvent[] = [];
  try {
    for await (const event of stream) events.push(event);
  } catch (error) {
    return { events, error };
  }
  return { events, error: undefined };
}
