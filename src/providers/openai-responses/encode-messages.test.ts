import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import {
  type AnswerPart,
  bytesAttachment,
  type ContentPart,
  type Message,
  userText,
} from "../../model/message.ts";
import { AnswerNormaliser } from "../wire/answer/normalise-answer.ts";
import { OPENAI_SCHEMAS } from "../wire/schema/schema-rules.ts";
import { decodeItem } from "./decode-part.ts";
import { encodeAnswer } from "./encode-messages.ts";
import { encodeRequest } from "./encode-request.ts";

function encode(messages: readonly Message[]) {
  const nothing = { system: "", tools: [], serverTools: [], settings: {} };
  const { input } = encodeRequest({ model: "openai:gpt-4.1", messages, ...nothing });
  return Array.isArray(input) ? input : [];
}

function assistant(...parts: AnswerPart[]): Message {
  return { kind: "assistant", parts };
}

function call(id: string): AnswerPart {
  return { kind: "tool-call", id, name: "look", input: { a: 1 } };
}

function result(id: string, ...content: ContentPart[]): Message {
  return { kind: "tool", id, name: "look", content, isError: false };
}

test("a call without a result gets one before the conversation goes on", () => {
  const text = { kind: "text", text: "seen" } as const;
  const items = encode([
    assistant(call("c1"), call("c2")),
    result("c2", text),
    userText("And?"),
    assistant(call("c3")),
  ]);
  const noted = items.map((item) => ("call_id" in item ? `${item.type} ${item.call_id}` : "user"));
  expect(noted).toEqual([
    "function_call c1",
    "function_call c2",
    "function_call_output c1",
    "function_call_output c2",
    "user",
    "function_call c3",
    "function_call_output c3",
  ]);
});

test("a result is a text, or a list where it holds more", () => {
  const text = { kind: "text", text: "seen" } as const;
  const image = bytesAttachment("a.png", "image/png", new Uint8Array([1]));
  const items = encode([
    assistant(call("c1"), call("c2"), call("c3")),
    result("c1"),
    result("c2", text),
    result("c3", text, image),
  ]);
  expect(items.flatMap((item) => ("output" in item ? [item.output] : []))).toEqual([
    "(no output)",
    "seen",
    [
      { type: "input_text", text: "seen" },
      { type: "input_image", detail: "auto", image_url: "data:image/png;base64,AQ==" },
    ],
  ]);
});

test("of another wire's answer the text and the calls go back, nothing else", () => {
  const extra = { wire: "anthropic", data: { id: "x", signature: "s" } };
  const items = encode([
    assistant(
      { kind: "thinking", text: "Hm.", extra },
      { kind: "text", text: "Yes.", extra },
      { kind: "text", text: "" },
      { kind: "opaque", extra },
      { kind: "tool-call", id: "c1", name: "look", input: {}, extra },
    ),
    result("c1"),
  ]);
  expect(items).toEqual([
    { role: "assistant", content: "Yes." },
    { type: "function_call", call_id: "c1", name: "look", arguments: "{}" },
    { type: "function_call_output", call_id: "c1", output: "(no output)" },
  ]);
});

test("arguments that were broken go back as an object without any", () => {
  const broken = { kind: "tool-call", id: "c1", name: "look", input: {}, invalidInput: "{a" };
  expect(encode([assistant(broken as AnswerPart)])[0]).toMatchObject({ arguments: "{}" });
});

test("reasoning that only the provider's storage could resolve stays away", () => {
  const extra = (data: object) => ({
    wire: "openai-responses",
    data: { type: "reasoning", ...data },
  });
  const bare = { kind: "thinking", text: "", extra: extra({ id: "rs_1", content: [] }) } as const;
  const sealed = { ...bare, extra: extra({ id: "rs_2", encrypted_content: "x" }) };
  const open = { ...bare, extra: extra({ id: "rs_3", content: [{ text: "Hm." }] }) };
  const said = { kind: "text", text: "Yes." } as const;
  const items = encode([assistant(bare, sealed as AnswerPart, open as AnswerPart, said)]);
  expect(items.map((item) => ("id" in item ? item.id : undefined))).toEqual([
    "rs_2",
    "rs_3",
    undefined,
  ]);
});

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
