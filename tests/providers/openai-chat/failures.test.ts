import { HttpResponse } from "msw";
import { describe, expect, test } from "vitest";
import { collectAnswer } from "../../../src/model/answer.ts";
import type { ModelEvent } from "../../../src/model/event.ts";
import type { AnswerPart } from "../../../src/model/message.ts";
import { createOpenAiChatTransport } from "../../../src/providers/openai-chat/transport.ts";
import { ProviderError } from "../../../src/providers/provider-error.ts";
import { DEFAULT_SWITCHES } from "../../../src/providers/wire/server-switches.ts";
import {
  chatRequest,
  chatTransport,
  completion,
  delta,
  eventStream,
  useChatServer,
} from "./chat-server.ts";

const server = useChatServer();
const signal = new AbortController().signal;

/** The parts and the error of an exchange that fails. */
async function fail(): Promise<{ parts: AnswerPart[]; error: ProviderError }> {
  const parts: AnswerPart[] = [];
  try {
    for await (const event of chatTransport().stream(chatRequest(), { signal })) {
      if (event.kind === "part") parts.push(event.part);
    }
  } catch (error) {
    if (error instanceof ProviderError) return { parts, error };
    throw error;
  }
  throw new Error("the exchange did not fail");
}

describe("statuses", () => {
  test("a status is told with the server's type and message, and asked once only", async () => {
    server.answer(() =>
      HttpResponse.json(
        {
          error: {
            message: "no such model",
            type: "invalid_request_error",
            code: "model_not_found",
          },
        },
        { status: 404, headers: { "x-request-id": "req_1" } },
      ),
    );
    const { error } = await fail();
    expect(error.report()).toContain(
      'Failed to ask "local:small": 404 model_not_found: no such model (request req_1)',
    );
    expect(error).toMatchObject({ status: 404, type: "model_not_found", retryable: false });
    expect(server.received).toHaveLength(1);
  });

  test("a server that is busy is asked once too: retrying is another transport's work", async () => {
    server.answer(() => HttpResponse.json({ error: { message: "busy" } }, { status: 503 }));
    expect((await fail()).error).toMatchObject({ status: 503, retryable: true });
    expect(server.received).toHaveLength(1);
  });

  test.each([
    [{ message: "slow down", type: "rate_limited" }, "429 rate_limited: slow down"],
    [{ detail: "slow down" }, "429: slow down"],
    [{ error: "slow down" }, "429: slow down"],
    ["slow down", "429: slow down"],
  ])("the message is found in %j", async (body, reason) => {
    server.answer(() =>
      typeof body === "string"
        ? new HttpResponse(body, { status: 429, headers: { "retry-after": "2" } })
        : HttpResponse.json(body, { status: 429, headers: { "retry-after": "2" } }),
    );
    const { error } = await fail();
    expect(error.reason).toBe(reason);
    expect(error).toMatchObject({ status: 429, retryable: true, retryAfterMs: 2000 });
  });

  test("a refused connection is retryable and names the address", async () => {
    server.answer(() => HttpResponse.error());
    const { error } = await fail();
    expect(error.reason).toContain("no answer from http://chat.test/v1");
    expect(error.retryable).toBe(true);
  });
});

describe("errors inside a good response", () => {
  test("an error chunk is told, and what was whole before it is handed on", async () => {
    server.answer(() =>
      eventStream([
        delta({ reasoning: "Hm" }),
        delta({ content: "A" }),
        {
          error: { message: "tool call did not match", code: "tool_use_failed", status_code: 400 },
        },
      ]),
    );
    const { parts, error } = await fail();
    expect(parts).toMatchObject([{ kind: "thinking", text: "Hm" }]);
    expect(error.reason).toContain("400 tool_use_failed: tool call did not match");
    expect(error.retryable).toBe(false);
  });

  test("an error event is told", async () => {
    server.answer(
      () =>
        new HttpResponse(
          'event: error\ndata: {"error":{"message":"busy","type":"server_error"}}\n\n',
          {
            headers: { "content-type": "text/event-stream" },
          },
        ),
    );
    expect((await fail()).error).toMatchObject({ type: "server_error", retryable: true });
  });

  test("an error in place of a completion is told", async () => {
    server.answer(() => HttpResponse.json({ error: { message: "upstream is down", code: 502 } }));
    const { error } = await fail();
    expect(error.reason).toContain("upstream is down");
    expect(error).toMatchObject({ status: 502, retryable: true });
  });

  test("an error in a choice is told", async () => {
    const choice = {
      index: 0,
      delta: {},
      error: { message: "cut", code: 500 },
      finish_reason: "error",
    };
    server.answer(() => eventStream([{ choices: [choice] }]));
    expect((await fail()).error.reason).toContain("cut");
  });

  test("a server that gives up is asked again", async () => {
    server.answer(() => completion({ content: "" }, "insufficient_system_resource"));
    expect((await fail()).error.retryable).toBe(true);
  });
});

describe("answers that are none", () => {
  test.each([
    ["no event at all", () => eventStream([])],
    ["no choice", () => HttpResponse.json({ choices: [] })],
    ["only a role", () => eventStream([delta({ role: "assistant", content: "" })])],
    ["only thinking", () => eventStream([delta({ reasoning: "Hm" })])],
    [
      "half a tool call",
      () =>
        eventStream([
          delta({ tool_calls: [{ id: "a", function: { name: "x", arguments: "{" } }] }),
        ]),
    ],
    ["an event that is no JSON", () => eventStream([], "data: {nope\n\n")],
  ])("%s is an error that may pass", async (_, answer) => {
    server.answer(answer);
    expect((await fail()).error).toMatchObject({ retryable: true, status: undefined });
  });

  test("a token limit that left no room for output is an error that says what to raise", async () => {
    server.answer(() => eventStream([delta({ reasoning: "Hm" }, "length")]));
    const { error } = await fail();
    expect(error.retryable).toBe(false);
    expect(error.report()).toContain("raise settings.max_tokens");
  });

  test.each([
    ["JSON of another protocol", () => HttpResponse.json({ candidates: [] }), "candidates"],
    ["JSON that is not an object", () => HttpResponse.json([1]), "JSON that is not an object"],
    ["events of another protocol", () => eventStream([{ type: "message_start" }]), "type"],
    ["a page", () => HttpResponse.html("<p>Log in</p>"), "text/html"],
    ["lines of JSON", () => new HttpResponse('{"done":false}\n{"done":true}\n'), "done"],
  ])("%s is named as such", async (_, answer, seen) => {
    server.answer(answer);
    const { error } = await fail();
    expect(error.reason).toContain("does not speak Chat Completions");
    expect(error.reason).toContain(seen);
    expect(error.retryable).toBe(false);
  });
});

describe("an abort", () => {
  const reason = new Error("stopped by the person");

  test("before the request sends nothing and throws the reason", async () => {
    const stream = chatTransport().stream(chatRequest(), { signal: AbortSignal.abort(reason) });
    await expect(collectAnswer(stream)).rejects.toBe(reason);
    expect(server.received).toHaveLength(0);
  });

  test("in the middle of a stream throws the reason", async () => {
    const controller = new AbortController();
    const chunk = new TextEncoder().encode(`data: ${JSON.stringify(delta({ content: "A" }))}\n\n`);
    const body = new ReadableStream<Uint8Array>({ start: (stream) => stream.enqueue(chunk) });
    server.answer(
      () => new HttpResponse(body, { headers: { "content-type": "text/event-stream" } }),
    );
    const seen: ModelEvent[] = [];
    const stream = chatTransport().stream(chatRequest(), { signal: controller.signal });
    const reading = collectAnswer(stream, (event) => {
      seen.push(event);
      controller.abort(reason);
    });
    await expect(reading).rejects.toBe(reason);
    expect(seen).toEqual([{ kind: "text-delta", text: "A" }]);
  });
});

test("a key that the server echoes does not reach the error", async () => {
  server.answer(() =>
    HttpResponse.json({ error: { message: "Incorrect key sk-echo-123" } }, { status: 401 }),
  );
  const config = {
    provider: "local",
    baseUrl: "http://chat.test/v1",
    apiKey: "sk-echo-123",
    keyVariable: "K",
  };
  const transport = createOpenAiChatTransport(config, DEFAULT_SWITCHES, () => 0);
  const error = await collectAnswer(transport.stream(chatRequest(), { signal })).catch((e) => e);
  expect(error).toBeInstanceOf(ProviderError);
  expect(error.report()).not.toContain("sk-echo-123");
  expect(error.report()).toContain("Try: set K to a valid key");
});
