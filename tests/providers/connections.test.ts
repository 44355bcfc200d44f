import { getEventListeners, once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { collectAnswer } from "../../src/model/answer.ts";
import { userText } from "../../src/model/message.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import { createAnthropicTransport } from "../../src/providers/anthropic/transport.ts";
import { createOpenAiChatTransport } from "../../src/providers/openai-chat/transport.ts";
import { createOpenAiResponsesTransport } from "../../src/providers/openai-responses/transport.ts";
import type { ProviderConfig } from "../../src/providers/wire/provider-config.ts";
import { DEFAULT_SWITCHES } from "../../src/providers/wire/server-switches.ts";

interface Wire {
  readonly create: (config: ProviderConfig) => ModelTransport;
  /** A whole answer that says "hi", up to its end mark. */
  readonly answer: readonly (object | string)[];
}

const message = { id: "m", role: "assistant", content: [], usage: { input_tokens: 1 } };
const block = { type: "text", text: "" };
const item = { type: "message", id: "i", content: [{ type: "output_text", text: "hi" }] };
const response = { id: "r", status: "completed", output: [item], usage: {} };

const WIRES: Readonly<Record<string, Wire>> = {
  anthropic: {
    create: (config) => createAnthropicTransport(config, DEFAULT_SWITCHES, () => 0),
    answer: [
      { type: "message_start", message },
      { type: "content_block_start", index: 0, content_block: block },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "hi" } },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 1 } },
      { type: "message_stop" },
    ],
  },
  "openai-chat": {
    create: (config) => createOpenAiChatTransport(config, DEFAULT_SWITCHES, () => 0),
    answer: [
      { choices: [{ index: 0, delta: { content: "hi" } }] },
      { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
      "[DONE]",
    ],
  },
  "openai-responses": {
    create: (config) => createOpenAiResponsesTransport(config, DEFAULT_SWITCHES, () => 0),
    answer: [
      { type: "response.output_text.delta", item_id: "i", output_index: 0, delta: "hi" },
      { type: "response.output_item.done", output_index: 0, item },
      { type: "response.completed", response },
    ],
  },
};

/** The connections of one test. */
let seen = { connections: 0, closed: 0 };
let reply: (response: ServerResponse) => void = () => undefined;
const server = createServer((request, answer) => {
  request.resume().on("end", () => {
    answer.writeHead(200, { "content-type": "text/event-stream" });
    reply(answer);
  });
});
server.on("connection", (socket) => {
  const own = seen;
  own.connections++;
  socket.on("close", () => own.closed++);
});

beforeEach(async () => {
  seen = { connections: 0, closed: 0 };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

describe.each(Object.entries(WIRES))("%s", (provider, { create, answer }) => {
  const text = answer.map(sse).join("");

  test("requests in a row share a connection, though its answers close late", async () => {
    let isClosed = Promise.withResolvers<void>();
    reply = (out) => {
      out.write(text);
      setTimeout(() => out.end(isClosed.resolve), 5);
    };
    const ask = asker(create, provider);
    for (let count = 0; count < 5; count++) {
      isClosed = Promise.withResolvers();
      expect(await ask()).toBe("hi");
      await isClosed.promise; // a busy machine may be later than its timer
      await delay(30);
    }
    expect(seen.connections).toBe(1);
  });

  test("an answer whose connection stays open is there at once, and the connection is closed", async () => {
    reply = (out) => out.write(text);
    expect(await asker(create, provider)()).toBe("hi");
    expect(seen.closed).toBe(0);
    await expect.poll(() => seen.closed, { timeout: 3000 }).toBeGreaterThan(0);
  });

  test("a server that goes on for ever after the end is let go", async () => {
    let timer: NodeJS.Timeout | undefined;
    reply = (out) => {
      out.write(text);
      timer = setInterval(() => out.write(`: ${"x".repeat(8000)}\n\n`), 1);
    };
    expect(await asker(create, provider)()).toBe("hi");
    await expect.poll(() => seen.closed, { timeout: 3000 }).toBeGreaterThan(0);
    clearInterval(timer);
  });

  test("many requests at once leave no listener on their run's signal", async () => {
    reply = (out) => out.end(text);
    const { signal } = new AbortController();
    const ask = asker(create, provider, signal);
    for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 16 }, ask));
    expect(getEventListeners(signal, "abort")).toEqual([]);
    // Each round finds the connections of the one before.
    expect(seen.connections).toBeLessThanOrEqual(32);
  });
});

function asker(
  create: Wire["create"],
  provider: string,
  signal = new AbortController().signal,
): () => Promise<string> {
  const { port } = server.address() as AddressInfo; // it listens on a port
  const baseUrl = `http://127.0.0.1:${port}`;
  const transport = create({
    provider,
    baseUrl,
    apiKey: "key",
    keyVariable: "KEY",
    headers: {},
    query: {},
  });
  const request: ModelRequest = {
    model: `${provider}:model`,
    system: "",
    messages: [userText("hi")],
    tools: [],
    serverTools: [],
    settings: {},
  };
  return async () => {
    const { parts } = await collectAnswer(transport.stream(request, { signal }));
    return parts.map((part) => (part.kind === "text" ? part.text : `<${part.kind}>`)).join("");
  };
}

function sse(event: object | string): string {
  return `data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`;
}
