import fc from "fast-check";
import { HttpResponse } from "msw";
import { describe, expect, test } from "vitest";
import type { ModelEvent } from "../../../src/model/event.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import {
  allEvents,
  answer,
  ask,
  block,
  fakeServer,
  piecesReply,
  sse,
  start,
  stop,
  streamReply,
  textBlock,
} from "./fake-server.ts";

const server = fakeServer();

async function eventsOf(text: string): Promise<ModelEvent[]> {
  server.serve(() => streamReply(text));
  return allEvents(ask());
}

function toolBlock(...pieces: readonly string[]): JsonObject[] {
  const deltas = pieces.map((partial_json) => ({ type: "input_json_delta", partial_json }));
  return block(0, { type: "tool_use", id: "t1", name: "look", input: {} }, deltas);
}

test("deltas come as they are said, a part when its block stops, the end last", async () => {
  const thinking = block(0, { type: "thinking", thinking: "", signature: "" }, [
    { type: "thinking_delta", thinking: "h" },
    { type: "thinking_delta", thinking: "m" },
    { type: "signature_delta", signature: "s1" },
  ]);
  const text = sse(start, { type: "ping" }, ...thinking, ...textBlock(1, "a", "b"), ...stop);
  expect(await eventsOf(text)).toEqual([
    { kind: "thinking-delta", text: "h" },
    { kind: "thinking-delta", text: "m" },
    {
      kind: "part",
      part: {
        kind: "thinking",
        text: "hm",
        extra: { wire: "anthropic", data: { signature: "s1" } },
      },
    },
    { kind: "text-delta", text: "a" },
    { kind: "text-delta", text: "b" },
    { kind: "part", part: { kind: "text", text: "ab" } },
    { kind: "end", stop: "end", usage: { inputTokens: 9, outputTokens: 5 }, source: "live" },
  ]);
});

describe("the arguments of a tool call", () => {
  test.each<[string[], object]>([
    [['{"pa', 'th": "x"}'], { input: { path: "x" } }],
    [[], { input: {} }],
    [["", ""], { input: {} }],
    [['{"path": '], { input: {}, invalidInput: '{"path": ' }],
  ])("in the pieces %j", async (pieces, expected) => {
    const events = await eventsOf(sse(start, ...toolBlock(...pieces), ...stop));
    expect(events[0]).toEqual({
      kind: "part",
      part: { kind: "tool-call", id: "t1", name: "look", ...expected },
    });
  });
});

describe("blocks that only the provider understands stay as they are", () => {
  test.each<[JsonObject, JsonObject[], JsonObject]>([
    [
      { type: "redacted_thinking", data: "opaque" },
      [],
      { type: "redacted_thinking", data: "opaque" },
    ],
    [
      { type: "server_tool_use", id: "s1", name: "web_search", input: {} },
      [{ type: "input_json_delta", partial_json: '{"query":"q"}' }],
      { type: "server_tool_use", id: "s1", name: "web_search", input: { query: "q" } },
    ],
    [
      { type: "web_search_tool_result", tool_use_id: "s1", content: [{ title: "t" }] },
      [],
      { type: "web_search_tool_result", tool_use_id: "s1", content: [{ title: "t" }] },
    ],
    [
      { type: "of_tomorrow", words: "a" },
      [{ type: "of_tomorrow_delta", words: "b", more: 1 }],
      { type: "of_tomorrow", words: "ab", more: 1 },
    ],
  ])("%j", async (content, deltas, data) => {
    const events = await eventsOf(
      sse(start, ...block(0, content, deltas), ...textBlock(1, "So."), ...stop),
    );
    expect(events[0]).toEqual({
      kind: "part",
      part: { kind: "opaque", extra: { wire: "anthropic", data } },
    });
  });
});

test("citations are kept with their text", async () => {
  const first = { type: "web_search_result_location", url: "https://a.example" };
  const second = { type: "web_search_result_location", url: "https://b.example" };
  const cited = block(0, { type: "text", text: "", citations: [] }, [
    { type: "citations_delta", citation: first },
    { type: "citations_delta", citation: second },
    { type: "text_delta", text: "said" },
  ]);
  const events = await eventsOf(sse(start, ...cited, ...stop));
  expect(events).toContainEqual({
    kind: "part",
    part: {
      kind: "text",
      text: "said",
      extra: { wire: "anthropic", data: { citations: [first, second] } },
    },
  });
});

test("interleaved blocks are told apart by their index", async () => {
  const [startA = {}, deltaA = {}, stopA = {}] = textBlock(0, "a");
  const [startB = {}, deltaB = {}, stopB = {}] = textBlock(1, "b");
  await eventsOf(sse(start, startA, startB, deltaB, deltaA, stopB, stopA, ...stop)).then((events) =>
    expect(events.filter((event) => event.kind === "part")).toEqual([
      { kind: "part", part: { kind: "text", text: "b" } },
      { kind: "part", part: { kind: "text", text: "a" } },
    ]),
  );
});

describe("the end", () => {
  test.each([
    ["end_turn", "end"],
    ["max_tokens", "max-tokens"],
    ["stop_sequence", "stop-sequence"],
    ["pause_turn", "pause"],
    ["refusal", "refusal"],
    ["model_context_window_exceeded", "context-window"],
    [null, "end"],
  ])("%s is %s", async (stop_reason, expected) => {
    const delta = { type: "message_delta", delta: { stop_reason }, usage: { output_tokens: 1 } };
    const events = await eventsOf(
      sse(start, ...textBlock(0, "hi"), delta, { type: "message_stop" }),
    );
    expect(events.at(-1)).toMatchObject({ kind: "end", stop: expected });
  });

  test("usage is the last report, with what it leaves out taken from the first", async () => {
    const usage = {
      input_tokens: 3,
      cache_read_input_tokens: 20,
      cache_creation_input_tokens: 7,
      cache_creation: { ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 3 },
      output_tokens: 1,
    };
    const first = { type: "message_start", message: { usage } };
    const report = { input_tokens: 11, cache_read_input_tokens: null, output_tokens: 8 };
    const delta = { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: report };
    const events = await eventsOf(sse(first, delta, { type: "message_stop" }));
    expect(events.at(-1)).toMatchObject({
      usage: {
        inputTokens: 11,
        outputTokens: 8,
        cacheReadTokens: 20,
        cacheWriteTokens: 7,
        cacheWriteHourTokens: 3,
      },
    });
  });
});

describe("compatible servers", () => {
  test("may leave event names and the last content_block_stop out", async () => {
    const [begin = {}, delta = {}] = textBlock(0, "hi");
    const lines = [start, begin, delta, ...stop].map((event) => `data: ${JSON.stringify(event)}`);
    const events = await eventsOf(`${lines.join("\n\n")}\n\ndata: [DONE]\n\n`);
    expect(events.map((event) => event.kind)).toEqual(["text-delta", "part", "end"]);
  });

  test("may answer whole", async () => {
    server.serve(() =>
      HttpResponse.json({
        content: [
          { type: "thinking", thinking: "hm", signature: "s" },
          { type: "text", text: "hi", citations: null },
          {
            type: "tool_use",
            id: "t1",
            name: "look",
            input: { n: 1 },
            caller: { type: "direct" },
          },
        ],
        stop_reason: "tool_use",
        usage: { input_tokens: 4, output_tokens: 2, cache_read_input_tokens: null },
      }),
    );
    expect(await allEvents(ask())).toEqual([
      { kind: "thinking-delta", text: "hm" },
      {
        kind: "part",
        part: {
          kind: "thinking",
          text: "hm",
          extra: { wire: "anthropic", data: { signature: "s" } },
        },
      },
      { kind: "text-delta", text: "hi" },
      { kind: "part", part: { kind: "text", text: "hi" } },
      { kind: "part", part: { kind: "tool-call", id: "t1", name: "look", input: { n: 1 } } },
      {
        kind: "end",
        stop: "tool-calls",
        usage: { inputTokens: 4, outputTokens: 2 },
        source: "live",
      },
    ]);
  });
});

test("an answer is the same however the network splits it", async () => {
  const bytes = new TextEncoder().encode(
    sse(start, ...textBlock(0, "grün 🌲", "\n\ndata: no"), ...stop).replaceAll("\n\n", "\r\n\r\n"),
  );
  server.serve(() => piecesReply([bytes], "close"));
  const whole = await answer();
  expect(whole.parts).toEqual([{ kind: "text", text: "grün 🌲\n\ndata: no" }]);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
      server.serve(() => piecesReply(cut(bytes, cuts), "close"));
      expect(await answer()).toEqual(whole);
    }),
    { numRuns: 60 },
  );
});

function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.toSorted((left, right) => left - right), bytes.length];
  return places.slice(1).map((end, index) => bytes.slice(places[index], end));
}
