import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { AnswerPart } from "../../model/message.ts";
import { AnswerNormaliser } from "../wire/normalise-answer.ts";
import { OPENAI_SCHEMAS } from "../wire/schema-rules.ts";
import { decodeItem } from "./decode-part.ts";
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
  name: text,
  arguments: fc
    .tuple(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 1, 2))
    .map(([input, indent]) => JSON.stringify(input, null, indent)),
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

/** Calls of one answer have ids of their own. */
function callIdOf({ type }: { readonly type: string }, index: number) {
  return type === "function_call" ? { call_id: `call_${index}` } : {};
}

/** The parts of an answer that these items say. */
function answerOf(items: readonly JsonObject[]): AnswerPart[] {
  const request = {
    model: "openai:m",
    system: "",
    messages: [],
    tools: [],
    serverTools: [],
    settings: {},
  };
  const wire = { emptyStops: ["completed"], schemas: OPENAI_SCHEMAS };
  const normaliser = new AnswerNormaliser(request, wire, (text) => text);
  const said = items.flatMap(decodeItem).flatMap((event) => normaliser.push(event));
  const usage = { inputTokens: 0, outputTokens: 0 };
  const events = [...said, ...normaliser.end({ kind: "end", reason: "pause_turn", usage })];
  return events.flatMap((event) => (event.kind === "part" ? [event.part] : []));
}

test("items that were decoded are encoded as they came", () => {
  const items = fc
    .array(fc.oneof(message, functionCall, reasoning, otherItem), { maxLength: 6 })
    .map((list) =>
      list.map((item, index) => ({ ...item, id: `item_${index}`, ...callIdOf(item, index) })),
    );
  fc.assert(
    fc.property(items, (list) => {
      const sent = list as JsonObject[]; // fc.jsonValue is typed as unknown JSON
      expect(encodeAnswer(answerOf(sent))).toEqual(sent);
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
  expect(encodeAnswer(answerOf(items))).toEqual(items);
});
