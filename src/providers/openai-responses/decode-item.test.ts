import { expect, test } from "vitest";
import { decodeItem } from "./decode-item.ts";

function call(fields: object) {
  return decodeItem({
    type: "function_call",
    id: "fc_1",
    call_id: "c1",
    name: "look",
    ...fields,
  })[0];
}

test("the call's id is what results name; the item's own id is an extra", () => {
  expect(call({ arguments: '{"a":1}' })).toEqual({
    kind: "tool-call",
    id: "c1",
    name: "look",
    input: { a: 1 },
    extra: { wire: "openai-responses", data: { id: "fc_1" } },
  });
});

test("arguments that another printer wrote are kept beside what they say", () => {
  expect(call({ arguments: '{"a": 1}' })).toMatchObject({
    input: { a: 1 },
    extra: { data: { arguments: '{"a": 1}' } },
  });
});

test("no arguments mean an empty object", () => {
  expect(call({ arguments: "" })).toMatchObject({ input: {} });
  expect(call({ arguments: "" })).not.toHaveProperty("invalidInput");
});

test("arguments of a call that was cut off before they came are invalid", () => {
  expect(call({ arguments: "", status: "incomplete" })).toMatchObject({ invalidInput: "" });
});

test("the summary and the open words of reasoning are its text, the whole item its extra", () => {
  const item = {
    type: "reasoning",
    id: "rs_1",
    summary: [
      { type: "summary_text", text: "One." },
      { type: "summary_text", text: "Two." },
    ],
    content: [{ type: "reasoning_text", text: "Three." }],
  };
  expect(decodeItem(item)).toEqual([
    {
      kind: "thinking",
      text: "One.\n\nTwo.\n\nThree.",
      extra: { wire: "openai-responses", data: item },
    },
  ]);
});

test("a piece of content of an unknown type is opaque, its neighbours are text", () => {
  const piece = { type: "output_hologram", data: 1 };
  const text = { type: "output_text", text: "Look:", annotations: [] };
  const parts = decodeItem({ type: "message", id: "msg_1", content: [text, piece] });
  expect(parts.map((part) => part.kind)).toEqual(["text", "opaque"]);
  expect(parts[1]?.extra?.data).toEqual({ type: "message", id: "msg_1", content: [piece] });
});

test("items of every other type are opaque and whole", () => {
  const item = { type: "web_search_call", id: "ws_1", action: { type: "search", query: "x" } };
  expect(decodeItem(item)).toEqual([
    { kind: "opaque", extra: { wire: "openai-responses", data: item } },
  ]);
});
