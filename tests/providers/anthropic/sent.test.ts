import { afterEach, expect, test, vi } from "vitest";
import { collectAnswer } from "../../../src/model/answer.ts";
import { createAnthropicTransport } from "../../../src/providers/anthropic/transport.ts";
import { DEFAULT_SWITCHES } from "../../../src/providers/wire/server-switches.ts";
import {
  answer,
  config,
  fakeServer,
  nowMs,
  request,
  sse,
  start,
  stop,
  streamReply,
} from "./fake-server.ts";

const server = fakeServer();

/** Node's own, on every request. */
const ADDED_BY_FETCH = [
  "accept-encoding",
  "accept-language",
  "connection",
  "content-length",
  "host",
  "sec-fetch-mode",
  "user-agent",
];

afterEach(() => vi.unstubAllEnvs());

test("a request carries the key, the version and the streaming body, and no more headers", async () => {
  const received = server.serve(() => streamReply(sse(start, ...stop)));
  await answer();
  expect(received).toHaveLength(1);
  expect(received[0]?.url).toBe("https://models.example/v1/messages");
  const headers = Object.fromEntries(received[0]?.headers ?? []);
  for (const name of ADDED_BY_FETCH) delete headers[name];
  expect(headers).toEqual({
    accept: "application/json",
    "content-type": "application/json",
    "anthropic-version": "2023-06-01",
    "x-api-key": config.apiKey,
  });
  expect(received[0]?.body).toEqual({
    model: "claude-haiku-4-5",
    max_tokens: 32_000,
    stream: true,
    messages: [{ role: "user", content: [{ type: "text", text: "hi" }] }],
  });
});

test("without a base URL the request goes to the provider, whatever the environment says", async () => {
  vi.stubEnv("ANTHROPIC_BASE_URL", "https://elsewhere.example");
  vi.stubEnv("ANTHROPIC_API_KEY", "other-key");
  vi.stubEnv("ANTHROPIC_AUTH_TOKEN", "token");
  vi.stubEnv("ANTHROPIC_PROFILE", "missing");
  vi.stubEnv("ANTHROPIC_CUSTOM_HEADERS", "x-secret: 1\nx-api-key: stolen");
  const received = server.serve(() => streamReply(sse(start, ...stop)));
  const direct = createAnthropicTransport(
    { ...config, baseUrl: undefined },
    DEFAULT_SWITCHES,
    () => nowMs,
  );
  await collectAnswer(direct.stream(request, { signal: new AbortController().signal }));
  expect(received[0]?.url).toBe("https://api.anthropic.com/v1/messages");
  expect(received[0]?.headers.get("x-api-key")).toBe(config.apiKey);
  expect(received[0]?.headers.get("authorization")).toBeNull();
  expect(received[0]?.headers.get("x-secret")).toBeNull();
});

test("nothing is written to the console, whatever the model and the environment", async () => {
  vi.stubEnv("ANTHROPIC_LOG", "debug");
  const written = (["log", "warn", "error", "info", "debug"] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation(() => {}),
  );
  server.serve(() => streamReply(sse(start, ...stop)));
  const chatty = createAnthropicTransport(config, DEFAULT_SWITCHES, () => nowMs);
  // The SDK warns about this model in `messages.create`.
  const old = { ...request, model: "anthropic:claude-sonnet-4-5" };
  await collectAnswer(chatty.stream(old, { signal: new AbortController().signal }));
  for (const spy of written) {
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  }
});

test("a request that the wire cannot say is refused before anything is sent", async () => {
  const received = server.serve(() => streamReply(sse(start, ...stop)));
  const seeded = { ...request, settings: { seed: 1 } };
  const transport = createAnthropicTransport(config, DEFAULT_SWITCHES, () => nowMs);
  const stream = transport.stream(seeded, { signal: new AbortController().signal });
  await expect(collectAnswer(stream)).rejects.toMatchObject({ code: "configuration" });
  expect(received).toEqual([]);
});
