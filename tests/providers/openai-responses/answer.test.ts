import { expect, test } from "vitest";
import { hear, responsesServer, streamOfEvents } from "./responses-server.ts";
import { completed, functionCall, itemDone, message, textDelta, USAGE } from "./sample-events.ts";

const server = responsesServer();

test("text arrives as deltas, then as a part, then the end with disjoint token counts", async () => {
  const item = message("msg_1", "Good day");
  server.answer(() =>
    streamOfEvents([
      { type: "response.created", response: {} },
      textDelta(0, "Good "),
      { type: "response.some_news", output_index: 0, delta: "ignored" },
      textDelta(0, "day"),
      itemDone(0, item),
      completed([item]),
    ]),
  );
  const { events, thrown } = await hear();
  expect(thrown).toBeUndefined();
  expect(events).toEqual([
    { kind: "text-delta", text: "Good " },
    { kind: "text-delta", text: "day" },
    {
      kind: "part",
      part: {
        kind: "text",
        text: "Good day",
        extra: { wire: "openai-responses", data: { id: "msg_1" } },
      },
    },
    {
      kind: "end",
      stop: "end",
      usage: {
        inputTokens: 25,
        outputTokens: 7,
        cacheReadTokens: 20,
        cacheWriteTokens: 5,
        reasoningTokens: 3,
      },
      source: "live",
    },
  ]);
});

test("one JSON document says the same as the stream", async () => {
  const response = { object: "response", status: "completed", usage: USAGE };
  const output = [message("msg_1", "Good day"), functionCall("fc_1", "call_1", "{}")];
  server.answer(() => Response.json({ ...response, output }));
  const whole = await hear();
  server.answer(() => streamOfEvents([completed(output)]));
  const streamed = await hear();
  expect(whole.thrown).toBeUndefined();
  expect(whole.events).toEqual(streamed.events);
  expect(whole.events.at(-1)).toMatchObject({ kind: "end", stop: "tool-calls" });
});

test("reasoning items are taken from the completed response, in the order of the answer", async () => {
  const early = { id: "rs_1", type: "reasoning", summary: [], encrypted_content: "early" };
  const final = { ...early, encrypted_content: "final" };
  const said = message("msg_1", "4");
  server.answer(() =>
    streamOfEvents([itemDone(1, said), itemDone(0, early), completed([final, said])]),
  );
  const { events } = await hear();
  const parts = events.flatMap((event) => (event.kind === "part" ? [event.part] : []));
  expect(parts.map((part) => part.kind)).toEqual(["thinking", "text"]);
  expect(parts[0]?.extra?.data).toEqual(final);
});

test("a refusal is text that the model said, and the reason to stop", async () => {
  const item = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    status: "completed",
    content: [{ type: "refusal", refusal: "No." }],
  };
  const delta = { type: "response.refusal.delta", output_index: 0, content_index: 0, delta: "No." };
  server.answer(() => streamOfEvents([delta, itemDone(0, item), completed([item])]));
  const { events } = await hear();
  expect(events.map((event) => event.kind)).toEqual(["text-delta", "part", "end"]);
  expect(events[1]).toMatchObject({ part: { kind: "text", text: "No." } });
  expect(events[2]).toMatchObject({ stop: "refusal" });
});

test.each([
  ["max_output_tokens", "max-tokens"],
  ["content_filter", "refusal"],
])("an answer that is incomplete by %s stops with %s and keeps its usage", async (reason, stop) => {
  const response = {
    status: "incomplete",
    incomplete_details: { reason },
    output: [{ ...message("msg_1", "Hal"), status: "incomplete" }],
    usage: USAGE,
  };
  server.answer(() => streamOfEvents([{ type: "response.incomplete", response }]));
  const { events } = await hear();
  expect(events.at(-1)).toMatchObject({ kind: "end", stop, usage: { outputTokens: 7 } });
  expect(events.at(-2)).toMatchObject({ part: { text: "Hal" } });
});

test("arguments that are no JSON come as invalid input and go back as they were sent", async () => {
  const call = functionCall("fc_1", "call_1", '{"a": ');
  server.answer(() => streamOfEvents([completed([call])]));
  const { events } = await hear();
  const part = events[0]?.kind === "part" ? events[0].part : undefined;
  expect(part).toMatchObject({ kind: "tool-call", input: {}, invalidInput: '{"a": ' });
  expect(events.at(-1)).toMatchObject({ stop: "tool-calls" });
});

test("done arguments stand in place of their deltas where the item leaves them out", async () => {
  const call = functionCall("fc_1", "call_1", "");
  server.answer(() =>
    streamOfEvents([
      { type: "response.function_call_arguments.delta", output_index: 0, delta: '{"a":9' },
      { type: "response.function_call_arguments.done", output_index: 0, arguments: '{"a":1}' },
      itemDone(0, call),
      completed([]),
    ]),
  );
  const { events } = await hear();
  expect(events[0]).toMatchObject({ part: { kind: "tool-call", id: "call_1", input: { a: 1 } } });
});
