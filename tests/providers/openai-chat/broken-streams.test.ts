import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { collectAnswer } from "../../../src/model/answer.ts";
import type { AnswerPart } from "../../../src/model/message.ts";
import type { ModelTransport } from "../../../src/model/transport.ts";
import { createOpenAiChatTransport } from "../../../src/providers/openai-chat/transport.ts";
import { ProviderError } from "../../../src/providers/provider-error.ts";
import { DEFAULT_SWITCHES } from "../../../src/providers/wire/server-switches.ts";
import { chatRequest, delta, event } from "./chat-server.ts";

// A real server: only a real socket breaks in the way that sockets break.
let listener: RequestListener = () => {};
const server = createServer((request, response) => listener(request, response));
let transport: ModelTransport;
const signal = new AbortController().signal;

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  const config = {
    provider: "local",
    baseUrl,
    apiKey: "broken-key-1",
    keyVariable: "K",
    headers: {},
    query: {},
  };
  transport = createOpenAiChatTransport(config, DEFAULT_SWITCHES, () => 0);
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Sends these bytes, then breaks the connection. */
function breakAfter(bytes: Uint8Array): void {
  listener = (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    response.write(bytes, () => response.destroy());
  };
}

async function fail(): Promise<{ parts: AnswerPart[]; error: ProviderError }> {
  const parts: AnswerPart[] = [];
  try {
    for await (const said of transport.stream(chatRequest(), { signal })) {
      if (said.kind === "part") parts.push(said.part);
    }
  } catch (error) {
    if (error instanceof ProviderError) return { parts, error };
    throw error;
  }
  throw new Error("the exchange did not fail");
}

const call = (index: number, id: string, text: string) =>
  delta({ tool_calls: [{ index, id, function: { name: "x", arguments: text } }] });

const bytes = Buffer.concat(
  [
    delta({ reasoning: "Hm, größer." }),
    delta({ content: "Both 🙂." }),
    call(0, "a", '{"n":1}'),
    call(1, "b", '{"n"'),
  ].map(event),
);

describe("a connection that breaks in a stream", () => {
  test("hands on no call, not even a whole one, and can be asked again", async () => {
    breakAfter(bytes);
    const { parts, error } = await fail();
    expect(parts).toMatchObject([
      { kind: "thinking", text: "Hm, größer." },
      { kind: "text", text: "Both 🙂." },
    ]);
    expect(error.retryable).toBe(true);
    expect(error.reason).toContain("the answer broke off");
    expect(error.cause).toBeInstanceOf(Error);
  });

  test("leaves a beginning of the whole answer, wherever it breaks", async () => {
    breakAfter(bytes);
    const whole = (await fail()).parts;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length }), async (at) => {
        breakAfter(bytes.subarray(0, at));
        const { parts, error } = await fail();
        expect(parts).toEqual(whole.slice(0, parts.length));
        expect(error.retryable).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test("loses only the usage when the finish reason was there", async () => {
    breakAfter(event(delta({ content: "A" }, "stop")));
    const answer = await collectAnswer(transport.stream(chatRequest(), { signal }));
    expect(answer).toMatchObject({ parts: [{ kind: "text", text: "A" }], stop: "end" });
  });

  test("before the response is retryable", async () => {
    listener = (request) => request.socket.destroy();
    expect((await fail()).error).toMatchObject({ retryable: true, status: undefined });
  });
});

describe("an abort", () => {
  const reason = new Error("stopped by the person");

  test.each([
    ["while the server is silent", false],
    ["between two events", true],
  ])("%s throws the reason and ends the connection", async (_, begins) => {
    const controller = new AbortController();
    const closed = new Promise<void>((done) => {
      listener = (_request, response) => {
        response.on("close", () => done());
        if (!begins) {
          setImmediate(() => controller.abort(reason));
          return;
        }
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(event(delta({ content: "A" })), () => controller.abort(reason));
      };
    });
    const stream = transport.stream(chatRequest(), { signal: controller.signal });
    await expect(collectAnswer(stream)).rejects.toBe(reason);
    await closed;
  });

  test("of the reader, by leaving the loop, ends the connection", async () => {
    const closed = new Promise<void>((done) => {
      listener = (_request, response) => {
        response.on("close", () => done());
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(event(delta({ content: "A" })));
      };
    });
    for await (const said of transport.stream(chatRequest(), { signal })) {
      expect(said).toEqual({ kind: "text-delta", text: "A" });
      break;
    }
    await closed;
  });
});
