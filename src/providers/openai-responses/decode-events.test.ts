import { expect, test } from "vitest";
import type { ModelEvent } from "../../model/event.ts";
import type { JsonObject } from "../../model/json.ts";
import { eventOfResponse, ResponseDecoder } from "./decode-events.ts";

function decode(events: readonly JsonObject[]): ModelEvent[] {
  const decoder = new ResponseDecoder((failure) => new Error(JSON.stringify(failure)));
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

test("nothing is heard after the end", () => {
  const end = { type: "response.completed", response: { status: "completed", output: [] } };
  expect(decode([end, end, { type: "error", message: "late" }])).toHaveLength(1);
});

test("an error event is told by its code, whichever way the server nests it", () => {
  const error = { type: "tokens", code: "rate_limit_exceeded", message: "Slow down." };
  const told = JSON.stringify({ type: "rate_limit_exceeded", message: "Slow down." });
  expect(() => decode([{ type: "error", error }])).toThrow(told);
  expect(() => decode([{ ...error, type: "error" }])).toThrow(told);
  expect(() => decode([{ type: "response.failed", response: { error } }])).toThrow(told);
});

test.each([
  [{}, "the response holds no output"],
  [{ status: "queued", output: [] }, "the response is queued"],
  [{ status: "failed", error: { message: "It broke." } }, "It broke."],
])("a document that is no answer, %j, is an error", (response, message) => {
  expect(eventOfResponse(response)).toEqual({ type: "error", error: { message } });
});
