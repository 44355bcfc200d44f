import { HttpResponse } from "msw";
import { describe, expect, test } from "vitest";
import { ProviderError } from "../../../src/providers/provider-error.ts";
import {
  ask,
  config,
  fakeServer,
  piecesReply,
  sse,
  start,
  stop,
  streamReply,
  textBlock,
  untilError,
} from "./fake-server.ts";

const server = fakeServer();
const said = [
  { kind: "text-delta", text: "a" },
  { kind: "part", part: { kind: "text", text: "a" } },
];

describe("a status that is no answer", () => {
  test.each([
    [400, "invalid_request_error", {}, { retryable: false, tries: [] }],
    [
      401,
      "authentication_error",
      {},
      { retryable: false, tries: ["set ANTHROPIC_API_KEY to a valid key"] },
    ],
    [
      404,
      "not_found_error",
      {},
      {
        retryable: false,
        tries: [
          "check the base URL: /v1/messages is added to it",
          'check that anthropic offers the model "claude-haiku-4-5"',
          "check the base URL https://models.example",
        ],
      },
    ],
    [429, "rate_limit_error", { "retry-after": "3" }, { retryable: true, retryAfterMs: 3000 }],
    [
      429,
      "rate_limit_error",
      { "retry-after": "Thu, 01 Jan 2026 00:00:05 GMT" },
      { retryable: true, retryAfterMs: 5000 },
    ],
    [500, "api_error", {}, { retryable: true }],
    [500, "api_error", { "x-should-retry": "false" }, { retryable: false }],
    [529, "overloaded_error", {}, { retryable: true }],
  ])("%i %s %j", async (status, type, headers, expected) => {
    const message = `about ${config.apiKey}`;
    const received = server.serve(() =>
      HttpResponse.json(
        { type: "error", error: { type, message } },
        { status, headers: { "request-id": "r1", ...headers } },
      ),
    );
    const { events, error } = await untilError(ask());
    expect(events).toEqual([]);
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({
      status,
      type,
      reason: `${status} ${type}: about [key] (request r1)`,
      ...expected,
    });
    expect(received).toHaveLength(1);
  });

  test.each([
    ["upstream is down", "502: upstream is down"],
    ["", "502"],
  ])("with the plain text %j", async (body, reason) => {
    server.serve(() => new HttpResponse(body, { status: 502 }));
    expect((await untilError(ask())).error).toMatchObject({ reason, retryable: true });
  });
});

describe("an error after the answer began", () => {
  test.each([
    [
      sse({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }),
      {
        type: "overloaded_error",
        retryable: true,
        reason: "error in the stream: overloaded_error: Overloaded",
      },
    ],
    [
      sse({ type: "error", error: { type: "invalid_request_error", message: "bad" } }),
      { type: "invalid_request_error", retryable: false },
    ],
    [
      "event: error\ndata: gateway died\n\n",
      { retryable: false, reason: "error in the stream: gateway died" },
    ],
  ])("%s", async (event, expected) => {
    server.serve(() => streamReply(sse(start, ...textBlock(0, "a")) + event));
    const { events, error } = await untilError(ask());
    expect(events).toEqual(said);
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject(expected);
  });

  test("in a whole answer", async () => {
    const body = { type: "error", error: { type: "api_error", message: "no" } };
    server.serve(() => HttpResponse.json(body));
    expect((await untilError(ask())).error).toMatchObject({
      code: "provider",
      type: "api_error",
      retryable: true,
    });
  });
});

describe("an answer that breaks off may be asked for again, and what had ended was handed on", () => {
  const beginning = sse(start, ...textBlock(0, "a"));
  const half = beginning + sse(...textBlock(1, "lost").slice(0, 2));

  test.each([
    ["stops between events", half, "close"],
    ["stops inside an event", `${half}event: content_bl`, "close"],
    ["is cut by the network", half, "break"],
    ["is no JSON", `${half}event: content_block_stop\ndata: {"type":\n\n`, "close"],
  ] as const)("when it %s", async (_how, text, ending) => {
    server.serve(() => piecesReply([new TextEncoder().encode(text)], ending));
    const { events, error } = await untilError(ask());
    expect(events).toEqual([...said, { kind: "text-delta", text: "lost" }]);
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ retryable: true, reason: expect.stringContaining("broke off") });
  });

  test("also when a whole answer is cut", async () => {
    const headers = { "content-type": "application/json" };
    server.serve(() => new HttpResponse('{"content": [', { headers }));
    expect((await untilError(ask())).error).toMatchObject({ code: "provider", retryable: true });
  });
});

test("a page instead of an answer is not asked for again", async () => {
  server.serve(() => HttpResponse.html("<p>Welcome</p>"));
  expect((await untilError(ask())).error).toMatchObject({
    reason: "the server does not speak the Anthropic Messages API: it sent a page (text/html)",
    retryable: false,
  });
});

test("JSON that is no message is told so", async () => {
  server.serve(() => HttpResponse.json({ hello: "world" }));
  expect((await untilError(ask())).error).toMatchObject({ code: "provider", retryable: false });
});

test("a server that is not reached is named", async () => {
  server.serve(() => HttpResponse.error());
  const { error } = await untilError(ask());
  expect(error).toBeInstanceOf(ProviderError);
  expect(error).toMatchObject({
    retryable: true,
    reason: expect.stringContaining("no answer from https://models.example"),
  });
});

test("what comes after the message has stopped is not read", async () => {
  server.serve(() => streamReply(`${sse(start, ...textBlock(0, "a"), ...stop)}data: {broken\n\n`));
  const { events, error } = await untilError(ask());
  expect(error).toBeUndefined();
  expect(events.at(-1)).toMatchObject({ kind: "end" });
});
