import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { collectAnswer } from "../../src/model/answer.ts";
import { userText } from "../../src/model/message.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import { createAnthropicTransport } from "../../src/providers/anthropic/transport.ts";
import { createOpenAiChatTransport } from "../../src/providers/openai-chat/transport.ts";
import { createOpenAiResponsesTransport } from "../../src/providers/openai-responses/transport.ts";
import { ProviderError } from "../../src/providers/provider-error.ts";
import { DEFAULT_SWITCHES } from "../../src/providers/wire/server-switches.ts";

const MAX_BYTES = 300_000;
const config = {
  provider: "here",
  baseUrl: "https://endless.test",
  apiKey: "key",
  keyVariable: "KEY",
  maxResponseBytes: MAX_BYTES,
};
const nowMs = () => 0;

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledFrame: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

interface Wire {
  readonly transport: ModelTransport;
  /** How a tool call begins, and a piece of its arguments. */
  readonly begins: readonly object[];
  readonly piece: object;
}

const half = "x".repeat(500);
const chunk = (call: object) => ({ choices: [{ index: 0, delta: { tool_calls: [call] } }] });

const WIRES: Readonly<Record<string, Wire>> = {
  anthropic: {
    transport: createAnthropicTransport(config, nowMs),
    begins: [
      { type: "message_start", message: { role: "assistant", content: [], usage: {} } },
      {
        type: "content_block_start",
        index: 0,
        content_block: { type: "tool_use", id: "t", name: "n", input: {} },
      },
    ],
    piece: {
      type: "content_block_delta",
      index: 0,
      delta: { type: "input_json_delta", partial_json: half },
    },
  },
  "openai-responses": {
    transport: createOpenAiResponsesTransport(config, nowMs),
    begins: [
      {
        type: "response.output_item.added",
        output_index: 0,
        item: { type: "function_call", id: "f", call_id: "c", name: "n", arguments: "" },
      },
    ],
    piece: { type: "response.function_call_arguments.delta", output_index: 0, delta: half },
  },
  "openai-chat": {
    transport: createOpenAiChatTransport(config, DEFAULT_SWITCHES, nowMs),
    begins: [chunk({ index: 0, id: "c", type: "function", function: { name: "n" } })],
    piece: chunk({ index: 0, function: { arguments: half } }),
  },
};

/** A body that gives a text again and again for ever, and counts its bytes. */
function endlessly(first: string, again: string) {
  const given = { bytes: 0 };
  const encode = (text: string) => new TextEncoder().encode(text);
  const bytes = encode(again);
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encode(first)),
    pull: (controller) => {
      given.bytes += bytes.byteLength;
      controller.enqueue(bytes);
    },
  });
  return { body, given };
}

async function failureOf(transport: ModelTransport, body: ReadableStream, type: string) {
  const headers = { "content-type": type };
  server.use(http.post("https://endless.test/*", () => new HttpResponse(body, { headers })));
  const messages = [userText("hi")];
  const request = {
    model: "here:m",
    system: "",
    messages,
    tools: [],
    serverTools: [],
    settings: {},
  };
  const { signal } = new AbortController();
  return collectAnswer(transport.stream(request, { signal })).catch((error: unknown) => error);
}

const asEvent = (data: object) => `data: ${JSON.stringify(data)}\n\n`;

describe.each(Object.entries(WIRES))("%s", (_name, { transport, begins, piece }) => {
  test.each([
    ["arguments of a tool call", "text/event-stream", begins.map(asEvent).join(""), asEvent(piece)],
    ["a line", "text/event-stream", "data: ", half],
    ["a document", "application/json", '{"text":"', half],
  ])(
    "%s without an end are given up, and not asked for again",
    async (_what, type, first, again) => {
      const { body, given } = endlessly(first, again);
      const error = await failureOf(transport, body, type);
      expect(error).toMatchObject({
        code: "provider",
        retryable: false,
        message: 'Failed to ask "here": its answer has more than 300,000 bytes and no end',
      });
      expect(error).toBeInstanceOf(ProviderError);
      expect(given.bytes).toBeLessThan(2 * MAX_BYTES);
    },
  );
});
