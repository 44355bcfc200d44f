import { expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { decodeItem } from "./decode-part.ts";

function parts(item: JsonObject) {
  return decodeItem(item).map((event) => (event.kind === "part" ? event.part : undefined));
}

function call(fields: JsonObject) {
  const [event] = decodeItem({
    type: "function_call",
    id: "fc_1",
    call_id: "c1",
    name: "look",
    ...fields,
  });
  return event?.kind === "call" ? event.call : undefined;
}

test("the call's id is what results name; the item's own id is an extra", () => {
  expect(call({ arguments: '{"a":1}' })).toEqual({
    id: "c1",
    name: "look",
    arguments: '{"a":1}',
    isCut: false,
    extra: { wire: "openai-responses", data: { id: "fc_1" } },
  });
});

test("arguments that another printer wrote go back as they came", () => {
  expect(call({ arguments: '{"a": 1}' })).toMatchObject({
    extra: { data: { arguments: '{"a": 1}' } },
  });
  expect(call({ arguments: '"{}"' })?.extra?.data).toEqual({ id: "fc_1" });
});

test("a call whose item is incomplete was cut off", () => {
  expect(call({ arguments: "", status: "incomplete" })).toMatchObject({ isCut: true });
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
  expect(parts(item)).toEqual([
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
  const said = parts({ type: "message", id: "msg_1", content: [text, piece] });
  expect(said.map((part) => part?.kind)).toEqual(["text", "opaque"]);
  expect(said[1]?.extra?.data).toEqual({ type: "message", id: "msg_1", content: [piece] });
});

test("items of every other type are opaque and whole", () => {
  const item = { type: "web_search_call", id: "ws_1", action: { type: "search", query: "x" } };
  expect(parts(item)).toEqual([
    { kind: "opaque", extra: { wire: "openai-responses", data: item } },
  ]);
});
