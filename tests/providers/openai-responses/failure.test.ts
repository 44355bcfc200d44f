import { expect, test } from "vitest";
import { ProviderError } from "../../../src/providers/provider-error.ts";
import {
  hear,
  modelRequest,
  responsesServer,
  streamOf,
  streamOfEvents,
} from "./responses-server.ts";
import { completed, functionCall, itemDone, message, textDelta } from "./sample-events.ts";

const server = responsesServer();

test.each([
  { status: 400, code: "bad_value", retryable: false, says: "400 bad_value: It broke." },
  { status: 401, code: "invalid_api_key", retryable: false, says: "OPENAI_API_KEY" },
  { status: 404, code: "model_not_found", retryable: false, says: '"gpt-4.1"' },
  { status: 429, code: "rate_limit_exceeded", retryable: true, says: "wait 7 s" },
  { status: 500, code: "server_error", retryable: true, says: "500 server_error" },
])("status $status becomes one clear error after one request", async (failure) => {
  const { status, code, retryable, says } = failure;
  const headers = { "x-request-id": "req_77", ...(status === 429 ? { "retry-after": "7" } : {}) };
  const error = { message: "It broke.", type: "some_error", param: null, code };
  server.answer(() => Response.json({ error }, { status, headers }));
  const { events, thrown } = await hear();
  expect(events).toEqual([]);
  expect(thrown).toBeInstanceOf(ProviderError);
  expect(thrown).toMatchObject({ status, type: code, retryable });
  expect((thrown as ProviderError).report()).toContain(says);
  expect((thrown as ProviderError).report()).toContain("req_77");
  expect(server.sent).toHaveLength(1);
});

test("an error page that is no JSON is told by its text", async () => {
  server.answer(() => new Response("upstream is gone", { status: 502 }));
  const { thrown } = await hear();
  expect(thrown).toMatchObject({ status: 502, retryable: true });
  expect((thrown as ProviderError).reason).toBe("502: upstream is gone");
});

test("a server that cannot be reached is a retryable error", async () => {
  server.networkError();
  const { thrown } = await hear();
  expect(thrown).toBeInstanceOf(ProviderError);
  expect(thrown).toMatchObject({ status: undefined, retryable: true });
});

test.each([
  { at: "inside", event: { type: "error", error: { code: "server_error", message: "Ouch." } } },
  { at: "at the top of", event: { type: "error", code: "server_error", message: "Ouch." } },
  {
    at: "in the response of",
    event: {
      type: "response.failed",
      response: { status: "failed", error: { code: "server_error", message: "Ouch." } },
    },
  },
])("an error $at an event mid-stream ends the answer", async ({ event }) => {
  const item = message("msg_1", "Half");
  server.answer(() => streamOfEvents([textDelta(0, "Half"), itemDone(0, item), event]));
  const { events, thrown } = await hear();
  expect(events.map((heard) => heard.kind)).toEqual(["text-delta"]);
  expect(thrown).toBeInstanceOf(ProviderError);
  expect(thrown).toMatchObject({
    type: "server_error",
    retryable: true,
    reason: "error in the stream: server_error: Ouch.",
  });
});

test("a failed response that came as one document is an error", async () => {
  const error = { code: "rate_limit_exceeded", message: "Slow down." };
  server.answer(() => Response.json({ status: "failed", error, output: [] }));
  const { thrown } = await hear();
  expect(thrown).toMatchObject({ type: "rate_limit_exceeded", retryable: true });
});

test.each(["close", "break"] as const)(
  "a stream that ends early (%s) hands on no call, and can be retried",
  async (after) => {
    const call = functionCall("fc_1", "call_1", "{}");
    const events = [itemDone(0, call), textDelta(1, "and th")];
    server.answer(() => streamOfEvents(events, after));
    const heard = await hear();
    expect(heard.events.map((event) => event.kind)).toEqual(["text-delta"]);
    expect(heard.thrown).toBeInstanceOf(ProviderError);
    expect(heard.thrown).toMatchObject({ retryable: true });
  },
);

test("a stream that breaks after its end is a whole answer", async () => {
  server.answer(() => streamOfEvents([completed([message("msg_1", "All")])], "break"));
  const { events, thrown } = await hear();
  expect(thrown).toBeUndefined();
  expect(events.at(-1)).toMatchObject({ kind: "end", stop: "end" });
});

test("an event that is no JSON breaks the stream", async () => {
  server.answer(() => streamOf([new TextEncoder().encode("data: {oops\n\n")]));
  const { thrown } = await hear();
  expect(thrown).toBeInstanceOf(ProviderError);
});

test("an abort before the request throws the signal's reason and sends nothing", async () => {
  const reason = new Error("enough");
  const { thrown } = await hear(modelRequest(), { signal: AbortSignal.abort(reason) });
  expect(thrown).toBe(reason);
  expect(server.sent).toHaveLength(0);
});

test("an abort while the server thinks throws the signal's reason", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  server.answer(() => {
    controller.abort(reason);
    return new Promise<Response>(() => {});
  });
  const { thrown } = await hear(modelRequest(), { signal: controller.signal });
  expect(thrown).toBe(reason);
});

test("an abort in the middle of a stream throws the signal's reason", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  server.answer(() => streamOfEvents([textDelta(0, "One ")], "stall"));
  const { events, thrown } = await hear(modelRequest(), {
    signal: controller.signal,
    onEvent: () => controller.abort(reason),
  });
  expect(events).toEqual([{ kind: "text-delta", text: "One " }]);
  expect(thrown).toBe(reason);
});

test("the key is in no error", async () => {
  const error = { message: "Wrong key key-of-the-test", code: "invalid_api_key" };
  server.answer(() => Response.json({ error }, { status: 401 }));
  const { thrown } = await hear();
  expect((thrown as ProviderError).report()).not.toContain("key-of-the-test");
});
