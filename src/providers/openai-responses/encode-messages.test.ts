import { expect, test } from "vitest";
import {
  type AnswerPart,
  bytesAttachment,
  type ContentPart,
  type Message,
  userText,
} from "../../model/message.ts";
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
