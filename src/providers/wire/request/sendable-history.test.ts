import { describe, expect, test } from "vitest";
import type { Json } from "../../../model/json.ts";
import {
  type AnswerPart,
  bytesAttachment,
  type ContentPart,
  type Message,
  type ToolMessage,
  userText,
} from "../../../model/message.ts";
import { rulesFor as anthropicRules } from "../../anthropic/wire-rules.ts";
import { rulesFor as chatRules } from "../../openai-chat/wire-rules.ts";
import { rulesFor as responsesRules } from "../../openai-responses/wire-rules.ts";
import { DEFAULT_SWITCHES } from "../server-switches.ts";
import { ToolNames } from "../tool-names.ts";
import type { WireRules } from "../wire-rules.ts";
import { sendableHistory } from "./sendable-history.ts";

const nothing = { system: "", messages: [], tools: [], serverTools: [], settings: {} };
const ANTHROPIC = anthropicRules(
  { model: "anthropic:claude-haiku-4-5", ...nothing },
  DEFAULT_SWITCHES,
);
const NEWER_CLAUDE = anthropicRules(
  { model: "anthropic:claude-opus-4-8", ...nothing },
  DEFAULT_SWITCHES,
);
const RESPONSES = responsesRules(DEFAULT_SWITCHES);
const CHAT = chatRules(DEFAULT_SWITCHES);
const MISTRAL = chatRules({ ...DEFAULT_SWITCHES, strictRoles: true });

function sendable(rules: WireRules, ...messages: Message[]): readonly Message[] {
  return sendableHistory(messages, rules, new ToolNames([{ name: "look" }]));
}

function answer(...parts: AnswerPart[]): Message {
  return { kind: "assistant", parts };
}

function text(words: string): AnswerPart {
  return { kind: "text", text: words };
}

function call(id: string, input: Json = {}): AnswerPart {
  return { kind: "tool-call", id, name: "look", input };
}

function result(id: string, words: string, isError = false): ToolMessage {
  return { kind: "tool", id, name: "look", content: said(words), isError };
}

function said(words: string): ContentPart[] {
  return [{ kind: "text", text: words }];
}

const go = userText("go");

describe.each([
  ["Anthropic", ANTHROPIC],
  ["Chat Completions", CHAT],
  ["the Responses API", RESPONSES],
])("on %s", (_name, rules) => {
  test("a conversation that the API takes is sent as it is", () => {
    const messages = [
      go,
      answer(text("Let me look.\n"), call("a"), call("b")),
      result("a", "one"),
      result("b", "two", true),
      answer(text("Done.")),
      userText("thanks"),
    ];
    expect(sendable(rules, ...messages)).toEqual(messages);
  });

  test("a blank result says that there is no output, a blank error that there is no message", () => {
    const sent = sendable(
      rules,
      go,
      answer(call("a"), call("b")),
      result("a", " "),
      result("b", "", true),
    );
    expect(sent.slice(2)).toEqual([
      result("a", "(no output)"),
      result("b", "The call failed without a message.", true),
    ]);
  });

  test("results go right behind their calls, in the order of these", () => {
    const sent = sendable(
      rules,
      go,
      answer(call("a"), call("b")),
      userText("hurry"),
      result("b", "two"),
      result("a", "one"),
    );
    expect(sent.slice(2)).toEqual([result("a", "one"), result("b", "two"), userText("hurry")]);
  });

  test("a call without a result gets one, a result without a call becomes words", () => {
    const sent = sendable(rules, go, answer(call("a")), result("x", "lost"));
    expect(sent.slice(2)).toMatchObject([
      { kind: "tool", id: "a", isError: true },
      { kind: "user", content: [{ text: expect.stringContaining("look") }, { text: "lost" }] },
    ]);
  });

  test("calls that share an id keep their own results", () => {
    const sent = sendable(
      rules,
      go,
      answer(call("a"), call("a")),
      result("a", "one"),
      result("a", "two"),
      answer(call("a")),
      result("a", "three"),
    );
    const ids = sent.flatMap((message) => (message.kind === "tool" ? [message.id] : []));
    expect(ids).toEqual(["a", "a_2", "a_3"]);
    const told = sent.flatMap((message) => (message.kind === "tool" ? message.content : []));
    expect(told).toEqual([...said("one"), ...said("two"), ...said("three")]);
  });

  test("half a surrogate pair is replaced in texts, names and arguments", () => {
    const input = { "k\ud83d": "v\ude00", list: [{ deep: "\ud800" }], "k\ud83e": 1 };
    const sent = sendable(rules, userText("a\ud83d"), answer(text("b\ude00"), call("c", input)));
    expect(sent.slice(0, 2)).toEqual([
      userText("a\ufffd"),
      answer(
        text("b\ufffd"),
        call("c", { "k\ufffd": "v\ufffd", list: [{ deep: "\ufffd" }], "k\ufffd_2": 1 }),
      ),
    ]);
  });

  test("whole pairs and other texts stay as they are", () => {
    const messages = [userText("👍🏽 ok"), answer(text("\u0000 ü")), go];
    expect(sendable(rules, ...messages)).toEqual(messages);
  });

  test.each<[string, { readonly input?: Json; readonly invalidInput?: string }, Json]>([
    ["that nobody could read", { invalidInput: '{"a": ' }, {}],
    ["that are null", { input: null }, {}],
    ["that are a text", { input: "a" }, { value: "a" }],
    ["that are a list", { input: [1] }, { value: [1] }],
  ])("arguments %s go back as an object", (_what, fields, input) => {
    const sent = sendable(rules, go, answer({ ...call("a"), ...fields } as AnswerPart));
    expect(sent[1]).toEqual(answer(call("a", input)));
  });

  test("a blank text joins the text before it, or goes", () => {
    const sent = sendable(rules, go, answer(text(" "), text("a"), text("\n\n"), text("b")), go);
    expect(sent[1]).toEqual(answer(text("a\n\n"), text("b")));
  });

  test("a blank answer is not sent, and the user's messages around it are one", () => {
    const sent = sendable(rules, go, answer(text("\n"), text("")), userText("again"));
    expect(sent).toEqual([{ kind: "user", content: [...said("go"), ...said("again")] }]);
  });

  test("a conversation without any content is still one", () => {
    expect(sendable(rules, userText(" \n"))).toEqual([userText("(empty message)")]);
  });

  test("a last message of the user that is blank is not mistaken for an answer to go on with", () => {
    const sent = sendable(rules, go, answer(text("Done.")), userText(""));
    expect(sent[2]).toEqual(userText("(empty message)"));
  });

  test("of another wire's answer the text and the calls go back", () => {
    const extra = { wire: "another", data: { signature: "s", id: "x" } };
    const parts = [
      { ...text("a"), extra },
      { ...call("b"), extra },
    ] as AnswerPart[];
    const strange: AnswerPart[] = [
      { kind: "thinking", text: "hm", extra },
      { kind: "opaque", extra },
    ];
    const sent = sendable(rules, go, answer(...strange, ...parts), result("b", "r"));
    expect(sent[1]).toEqual(answer(text("a"), call("b")));
  });
});

describe("Anthropic's thinking", () => {
  const signed = (words: string, signature = "sig"): AnswerPart => ({
    kind: "thinking",
    text: words,
    extra: { wire: "anthropic", data: { signature } },
  });

  test.each([" \n", "", "Hm. ", "\ud83d\ude00"])("with a signature is not changed: %j", (words) => {
    const parts = [signed(words), text("a"), call("b")];
    expect(sendable(ANTHROPIC, go, answer(...parts), result("b", "r"))[1]).toEqual(
      answer(...parts),
    );
  });

  test("that no API could read is left out, not changed", () => {
    const sent = sendable(
      ANTHROPIC,
      go,
      answer(signed("h\ud83d"), signed("a", "\ud83d"), text("a")),
      go,
    );
    expect(sent[1]).toEqual(answer(text("a")));
  });

  test("is left out where nothing follows it", () => {
    const hidden = { wire: "anthropic", data: { type: "redacted_thinking", data: "b64" } };
    const sent = sendable(
      ANTHROPIC,
      go,
      answer(text("a"), signed("hm"), { kind: "opaque", extra: hidden }),
      go,
      answer(signed("hm")),
      userText("well?"),
    );
    expect(sent.slice(1)).toEqual([
      answer(text("a")),
      { kind: "user", content: [...said("go"), ...said("well?")] },
    ]);
  });

  test("comes first where answers become one", () => {
    const sent = sendable(
      ANTHROPIC,
      go,
      answer(text("a")),
      answer(signed("hm"), call("b")),
      result("b", "r"),
    );
    expect(sent[1]).toEqual(answer(signed("hm"), text("a"), call("b")));
  });
});

describe("an answer that ends the conversation", () => {
  test("is trimmed for a model that goes on from it", () => {
    expect(sendable(ANTHROPIC, go, answer(text("It is \n")))).toEqual([go, answer(text("It is"))]);
  });

  test.each([
    ["newer Claude", NEWER_CLAUDE],
    ["Mistral", MISTRAL],
  ])("is followed by the user for %s", (_name, rules) => {
    const sent = sendable(rules, go, answer(text("It is")));
    expect(sent).toEqual([go, answer(text("It is")), userText("Continue.")]);
  });

  test("stays last where the API paused it", () => {
    const data = { type: "server_tool_use", id: "s1", name: "web_search", input: {} };
    const paused = answer({ kind: "opaque", extra: { wire: "anthropic", data } });
    expect(sendable(NEWER_CLAUDE, go, paused)).toEqual([go, paused]);
  });
});

test("Anthropic's conversations begin with the user", () => {
  expect(sendable(ANTHROPIC, answer(text("a")), go)[0]?.kind).toBe("user");
});

test("Mistral's users wait for an answer to the results", () => {
  const sent = sendable(MISTRAL, go, answer(call("a")), result("a", "one"), go);
  expect(sent.map(({ kind }) => kind)).toEqual(["user", "assistant", "tool", "assistant", "user"]);
});

test("files of an error follow it on Anthropic, where it holds texts only", () => {
  const image = bytesAttachment("a.png", "image/png", Uint8Array.of(1));
  const failed: ToolMessage = { ...result("a", ""), content: [image], isError: true };
  const sent = sendable(ANTHROPIC, go, answer(call("a")), failed);
  expect(sent.slice(2)).toEqual([
    result("a", "The result is attached below.", true),
    { kind: "user", content: [...said("Attached to the result of look (a):"), image] },
  ]);
});

test("reasoning of the Responses API that nothing follows is left out", () => {
  const extra = { wire: "openai-responses", data: { type: "reasoning", encrypted_content: "x" } };
  const reasoning: AnswerPart = { kind: "thinking", text: "", extra };
  const sent = sendable(RESPONSES, go, answer(reasoning, text("a"), reasoning, text(" ")), go);
  expect(sent[1]).toEqual(answer(reasoning, text("a")));
});
