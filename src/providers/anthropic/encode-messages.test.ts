import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AnswerPart, Message, ToolMessage } from "../../model/message.ts";
import { userText } from "../../model/message.ts";
import { encodeRequest } from "./encode-request.ts";

/** The messages of a request, as it is sent. */
function sentMessages(messages: readonly Message[]) {
  const nothing = { system: "", tools: [], serverTools: [], settings: {} };
  return encodeRequest({ model: "anthropic:claude-haiku-4-5", messages, ...nothing }).messages;
}

function answer(...parts: AnswerPart[]): Message {
  return { kind: "assistant", parts };
}

function text(words: string): AnswerPart {
  return { kind: "text", text: words };
}

function call(id: string, input = {}): AnswerPart {
  return { kind: "tool-call", id, name: "look", input };
}

function result(id: string, words: string, isError = false): ToolMessage {
  return { kind: "tool", id, name: "look", content: [{ kind: "text", text: words }], isError };
}

describe("messages of one role become one", () => {
  test("results come first, in the order of the calls, then what the person says", () => {
    const messages = [
      userText("go"),
      answer(call("a"), call("b")),
      result("b", "second", true),
      result("a", "first"),
      userText("and now?"),
    ];
    expect(sentMessages(messages)).toEqual([
      { role: "user", content: [{ type: "text", text: "go" }] },
      {
        role: "assistant",
        content: [
          { type: "tool_use", id: "a", name: "look", input: {} },
          { type: "tool_use", id: "b", name: "look", input: {} },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "a", content: [{ type: "text", text: "first" }] },
          {
            type: "tool_result",
            tool_use_id: "b",
            content: [{ type: "text", text: "second" }],
            is_error: true,
          },
          { type: "text", text: "and now?" },
        ],
      },
    ]);
  });

  test("two answers in a row are one message", () => {
    expect(sentMessages([userText("go"), answer(text("a")), answer(text("b"))])[1]).toEqual({
      role: "assistant",
      content: [
        { type: "text", text: "a" },
        { type: "text", text: "b" },
      ],
    });
  });

  test("empty texts and empty answers are not sent", () => {
    const messages = [userText("a"), answer(text("")), userText(""), userText("b")];
    expect(sentMessages(messages)).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "a" },
          { type: "text", text: "b" },
        ],
      },
    ]);
  });

  test("a result without content is sent as words that say so", () => {
    const messages = [userText("go"), answer(call("a")), result("a", "")];
    expect(sentMessages(messages)[2]?.content).toEqual([
      { type: "tool_result", tool_use_id: "a", content: [{ type: "text", text: "(no output)" }] },
    ]);
  });
});

describe("parts of an answer go back as they came", () => {
  function sent(part: AnswerPart): unknown {
    const [, sent] = sentMessages([userText("go"), answer(part, text("x"))]);
    return Array.isArray(sent?.content) ? sent.content.slice(0, -1) : sent;
  }

  test("thinking with its signature", () => {
    const extra = { wire: "anthropic", data: { signature: "s" } };
    expect(sent({ kind: "thinking", text: "hm", extra })).toEqual([
      { type: "thinking", thinking: "hm", signature: "s" },
    ]);
  });

  test.each([
    ["no signature", undefined],
    ["an empty signature", { wire: "anthropic", data: { signature: "" } }],
    ["another wire's signature", { wire: "openai-chat", data: { signature: "s" } }],
  ])("thinking with %s is left out", (_what, extra) => {
    expect(sent({ kind: "thinking", text: "hm", ...(extra ? { extra } : {}) })).toEqual([]);
  });

  test("an opaque block of this wire verbatim, of another wire not at all", () => {
    const data = { type: "server_tool_use", id: "s1", name: "web_search", input: { query: "q" } };
    expect(sent({ kind: "opaque", extra: { wire: "anthropic", data } })).toEqual([data]);
    expect(sent({ kind: "opaque", extra: { wire: "openai-responses", data } })).toEqual([]);
  });

  test("citations, without the file id that requests have no field for", () => {
    const citation = { type: "char_location", cited_text: "c", document_index: 0, file_id: null };
    const extra = { wire: "anthropic", data: { citations: [citation] } };
    expect(sent({ kind: "text", text: "said", extra })).toEqual([
      {
        type: "text",
        text: "said",
        citations: [{ type: "char_location", cited_text: "c", document_index: 0 }],
      },
    ]);
    const foreign = { wire: "openai-responses", data: { citations: [citation] } };
    expect(sent({ kind: "text", text: "said", extra: foreign })).toEqual([
      { type: "text", text: "said" },
    ]);
  });

  test("a call with invalid input goes back without input", () => {
    const part: AnswerPart = {
      kind: "tool-call",
      id: "a",
      name: "look",
      input: {},
      invalidInput: '{"path": ',
    };
    expect(sent(part)).toEqual([{ type: "tool_use", id: "a", name: "look", input: {} }]);
  });
});

describe("every call has one result, under an id that the wire takes", () => {
  test("a call without a result gets one that says so", () => {
    const [, , results] = sentMessages([userText("go"), answer(call("a"))]);
    expect(results).toEqual({
      role: "user",
      content: [
        {
          type: "tool_result",
          tool_use_id: "a",
          content: [{ type: "text", text: "The call was interrupted before it had a result." }],
          is_error: true,
        },
      ],
    });
  });

  test("ids that two answers share are told apart", () => {
    const messages = [
      userText("go"),
      answer(call("call:0")),
      result("call:0", "one"),
      answer(call("call:0")),
      result("call:0", "two"),
    ];
    const sent = sentMessages(messages);
    expect(sent[1]?.content).toMatchObject([{ id: "call_0" }]);
    expect(sent[2]?.content).toMatchObject([{ tool_use_id: "call_0" }]);
    expect(sent[3]?.content).toMatchObject([{ id: "call_0_2" }]);
    expect(sent[4]?.content).toMatchObject([{ tool_use_id: "call_0_2" }]);
  });

  test("whatever the conversation, roles alternate and results match calls one to one", () => {
    const id = fc.constantFrom("a", "a.b", "a:b", "ü", "", "toolu_1");
    const message: fc.Arbitrary<Message> = fc.oneof(
      fc.constantFrom("", "hi").map(userText),
      fc
        .uniqueArray(id, { maxLength: 3 })
        .map((ids) => answer(text("t"), ...ids.map((one) => call(one)))),
      fc.constant(answer()),
      id.map((one) => result(one, "r")),
    );
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), (messages) => {
        const turns = sentMessages(messages);
        const seen = new Set<string>();
        for (const [index, turn] of turns.entries()) {
          expect(turn.role).not.toBe(turns[index + 1]?.role);
          expect(turn.content.length).toBeGreaterThan(0);
          if (turn.role !== "assistant") continue;
          const calls = idsIn(turn.content, "tool_use", "id");
          for (const one of calls) {
            expect(one).toMatch(/^[A-Za-z0-9_-]+$/);
            expect(seen.has(one)).toBe(false);
            seen.add(one);
          }
          const next = turns[index + 1]?.content ?? [];
          expect(idsIn(next, "tool_result", "tool_use_id")).toEqual(calls);
        }
      }),
    );
  });
});

function idsIn(content: unknown, type: string, field: string): string[] {
  const blocks = content as readonly Record<string, string>[]; // what encodeMessages made
  return blocks.filter((block) => block.type === type).map((block) => block[field] ?? "");
}
