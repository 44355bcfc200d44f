import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { decodeItem } from "./decode-item.ts";
import { encodeAnswer } from "./encode-answer.ts";

const text = fc.string({ unit: "grapheme" });

const message = fc.record({
  type: fc.constant("message"),
  role: fc.constant("assistant"),
  status: fc.constantFrom("completed", "incomplete"),
  phase: fc.constantFrom("commentary", "final_answer"),
  content: fc.array(
    fc.oneof(
      fc.record({
        type: fc.constant("output_text"),
        text,
        annotations: fc.array(fc.record({ type: fc.constant("url_citation"), url: text })),
      }),
      fc.record({ type: fc.constant("refusal"), refusal: text }),
    ),
    { maxLength: 3 },
  ),
});

const functionCall = fc.record({
  type: fc.constant("function_call"),
  status: fc.constant("completed"),
  call_id: fc.string({ minLength: 1 }),
  name: text,
  arguments: fc.oneof(
    fc.json(),
    fc.json().map((json) => ` ${json}\n`),
    fc.string({ minLength: 1 }).filter((sent) => sent.trim() !== ""),
  ),
});

const reasoning = fc.record({
  type: fc.constant("reasoning"),
  summary: fc.array(fc.record({ type: fc.constant("summary_text"), text })),
  encrypted_content: fc.string({ minLength: 1 }),
});

const otherItem = fc.record({
  type: fc.constantFrom("web_search_call", "code_interpreter_call", "an_item_of_tomorrow"),
  data: fc.jsonValue(),
});

test("items that were decoded are encoded as they came", () => {
  const items = fc
    .array(fc.oneof(message, functionCall, reasoning, otherItem), { maxLength: 6 })
    .map((list) => list.map((item, index) => ({ ...item, id: `item_${index}` })));
  fc.assert(
    fc.property(items, (list) => {
      const sent = list as JsonObject[]; // fc.jsonValue is typed as unknown JSON
      expect(encodeAnswer(sent.flatMap(decodeItem))).toEqual(sent);
    }),
  );
});

test("messages without ids stay apart", () => {
  const said = (words: string) => ({
    type: "message",
    role: "assistant",
    status: "completed",
    content: [{ type: "output_text", text: words, annotations: [{ type: "x" }] }],
  });
  const items = [said("One."), said("Two.")];
  expect(encodeAnswer(items.flatMap(decodeItem))).toEqual(items);
});
