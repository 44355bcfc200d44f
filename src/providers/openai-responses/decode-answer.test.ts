import { expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { WireEvent } from "../wire/wire.ts";
import { AnswerDecoder, decodeUsage } from "./decode-answer.ts";

const config = {
  provider: "openai",
  baseUrl: undefined,
  apiKey: "key-7",
  keyVariable: "K",
  headers: {},
  query: {},
};

function newDecoder(): AnswerDecoder {
  return new AnswerDecoder({ config, model: "openai:gpt-4.1" });
}

function decode(events: readonly JsonObject[]): WireEvent[] {
  const decoder = newDecoder();
  return events.flatMap((event) => [...decoder.push(event)]);
}

test("the pieces of a summary are set apart as they are in the part", () => {
  const type = "response.reasoning_summary_text.delta";
  const item = { type: "reasoning", id: "rs_1", summary: [{ text: "One." }, { text: "Two." }] };
  const events = decode([
    { type, output_index: 0, summary_index: 0, delta: "One" },
    { type, output_index: 0, summary_index: 0, delta: "." },
    { type, output_index: 0, summary_index: 1, delta: "Two." },
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response: { status: "completed", output: [item] } },
  ]);
  const deltas = events.map((event) => (event.kind === "thinking-delta" ? event.text : ""));
  const part = events.find((event) => event.kind === "part")?.part;
  expect(part).toMatchObject({ kind: "thinking", text: deltas.join("") });
});

test("an error event is told by its code, whichever way the server nests it", () => {
  const error = { type: "tokens", code: "rate_limit_exceeded", message: "Slow down." };
  const told = "rate_limit_exceeded: Slow down.";
  expect(() => decode([{ type: "error", error }])).toThrow(told);
  expect(() => decode([{ ...error, type: "error" }])).toThrow(told);
  expect(() => decode([{ type: "response.failed", response: { error } }])).toThrow(told);
});

test.each([
  [{ status: "queued", output: [] }, "the response is queued"],
  [{ status: "failed", error: { message: "It broke." } }, "It broke."],
])("a document that is no answer, %j, is an error", (response, message) => {
  expect(() => newDecoder().pushWhole(response)).toThrow(message);
});

test("a document of another protocol is none of this wire", () => {
  expect(newDecoder().pushWhole({ choices: [] })).toBeUndefined();
});

test("two calls that share a place are two calls", () => {
  const call = (id: string) => ({
    type: "function_call",
    id,
    call_id: id,
    name: "look",
    arguments: "{}",
  });
  const done = (id: string) => ({
    type: "response.output_item.done",
    output_index: 0,
    item: call(id),
  });
  const end = (output: JsonObject[]) => ({
    type: "response.completed",
    response: { status: "completed", output },
  });
  for (const output of [[], [call("a"), call("b")]]) {
    const calls = decode([done("a"), done("b"), end(output)]).filter(({ kind }) => kind === "call");
    expect(calls).toMatchObject([{ call: { id: "a" } }, { call: { id: "b" } }]);
  }
});

test("cached tokens, read and written, are not counted twice", () => {
  const input_tokens_details = { cached_tokens: 30, cache_write_tokens: 10 };
  expect(decodeUsage({ input_tokens: 100, output_tokens: 5, input_tokens_details })).toEqual({
    inputTokens: 60,
    outputTokens: 5,
    cacheReadTokens: 30,
    cacheWriteTokens: 10,
  });
});

test.each([
  [{ reasoning_tokens: 3 }, { reasoningTokens: 3 }],
  [{ reasoning_tokens: 0 }, {}],
  [null, {}],
])("of output details %j, %j is kept", (output_tokens_details, kept) => {
  expect(decodeUsage({ input_tokens: 1, output_tokens: 5, output_tokens_details })).toEqual({
    inputTokens: 1,
    outputTokens: 5,
    ...kept,
  });
});

test("a response without usage counts nothing", () => {
  expect(decodeUsage(null)).toEqual({ inputTokens: 0, outputTokens: 0 });
});
