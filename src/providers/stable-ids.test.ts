import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Answer, answerEvents, collectAnswer } from "../model/answer.ts";
import type { AnswerPart, Message, ToolMessage } from "../model/message.ts";
import { userText } from "../model/message.ts";
import type { ModelRequest } from "../model/request.ts";
import type { ModelTransport } from "../model/transport.ts";
import { withStableIds } from "./stable-ids.ts";

const signal = new AbortController().signal;

const first: ModelRequest = {
  model: "anthropic:a",
  system: "",
  messages: [userText("Go.")],
  tools: [],
  serverTools: [],
  settings: {},
};

function call(id: string, extra?: AnswerPart["extra"]): AnswerPart {
  return { kind: "tool-call", id, name: "ls", input: {}, ...(extra ? { extra } : {}) };
}

function answer(...parts: readonly AnswerPart[]): Answer {
  const usage = { inputTokens: 1, outputTokens: 1 };
  return { parts, stop: "end", usage, source: "live" };
}

/** A provider that gives these answers, and what it was asked. */
function provider(answers: readonly Answer[]) {
  const asked: ModelRequest[] = [];
  const transport: ModelTransport = {
    async *stream(request) {
      const said = answers[asked.length];
      asked.push(request);
      if (said) yield* answerEvents(said);
    },
  };
  return { transport: withStableIds(transport), asked };
}

function results(parts: readonly AnswerPart[]): readonly ToolMessage[] {
  return parts.flatMap((part) =>
    part.kind === "tool-call"
      ? [{ kind: "tool", id: part.id, name: part.name, content: [], isError: false } as const]
      : [],
  );
}

/** Asks as often as there are answers; each call gets its result. */
async function conversation(answers: readonly Answer[], before: readonly Message[] = []) {
  const { transport, asked } = provider(answers);
  let request: ModelRequest = { ...first, messages: [...first.messages, ...before] };
  for (const _answer of answers) {
    const { parts } = await collectAnswer(transport.stream(request, { signal }));
    const said: Message = { kind: "assistant", parts };
    request = { ...request, messages: [...request.messages, said, ...results(parts)] };
  }
  return { asked, messages: request.messages.slice(1) };
}

function callIds(messages: readonly Message[]): readonly string[] {
  return messages.flatMap((message) => {
    if (message.kind !== "assistant") return [];
    return message.parts.flatMap((part) => (part.kind === "tool-call" ? [part.id] : []));
  });
}

describe("ids in a recording", () => {
  test("count the calls of a conversation, whatever the provider draws", async () => {
    const { messages } = await conversation([
      answer(call("toolu_8a"), call("toolu_0c")),
      answer({ kind: "text", text: "Hm." }, call("call_99")),
    ]);
    expect(callIds(messages)).toEqual(["t1", "t2", "t3"]);
    expect(messages).toMatchObject([{}, { id: "t1" }, { id: "t2" }, {}, { id: "t3" }]);
  });

  test("go back to the provider as it drew them, with all that it said", async () => {
    const drawn = fc.uniqueArray(
      fc.oneof(
        fc.string({ minLength: 1 }),
        fc.constantFrom("t1", "t2", "t3", "t4", "fc_1234567890", "toolu_01"),
      ),
      { minLength: 2, maxLength: 8 },
    );
    const extra = fc.option(
      fc.record({
        wire: fc.constant("openai-responses"),
        data: fc.record({ id: fc.constantFrom("fc_abcdefgh1", "fc_abcdefgh2", "x"), n: fc.nat() }),
      }),
      { nil: undefined },
    );
    await fc.assert(
      fc.asyncProperty(drawn, extra, fc.nat(), async (ids, more, at) => {
        const middle = at % (ids.length - 1);
        const answers = [ids.slice(0, middle + 1), ids.slice(middle + 1)].map((own) =>
          answer(
            { kind: "thinking", text: "", ...(more ? { extra: more } : {}) },
            ...own.map((id) => call(id, more)),
          ),
        );
        const { asked, messages } = await conversation([...answers, answer()]);
        const own = answers.flatMap(({ parts }) => [
          { kind: "assistant", parts },
          ...results(parts),
        ]);
        expect(asked.at(-1)?.messages.slice(1)).toEqual(own);
        expect(new Set(callIds(messages)).size).toBe(ids.length);
        const others = answers.map(({ parts }) =>
          answer(
            ...parts.map((part) =>
              part.kind === "tool-call" ? { ...part, id: `other ${part.id}` } : part,
            ),
          ),
        );
        expect((await conversation([...others, answer()])).messages).toEqual(messages);
      }),
    );
  });

  test("are free in a conversation that an older recording began, whose ids stay", async () => {
    const before: Message[] = [
      { kind: "assistant", parts: [call("toolu_old"), call("t4")] },
      ...results([call("toolu_old"), call("t4")]),
    ];
    const { asked, messages } = await conversation([answer(call("a"), call("b"))], before);
    expect(callIds(messages)).toEqual(["toolu_old", "t4", "t3", "t5"]);
    expect(asked[0]?.messages.slice(1)).toEqual(before);
  });

  test("are counted anew where an answer begins anew", async () => {
    const inner: ModelTransport = {
      async *stream() {
        yield { kind: "part", part: call("lost") };
        yield { kind: "restart", reason: "it broke" };
        yield* answerEvents(answer(call("kept")));
      },
    };
    const { parts } = await collectAnswer(withStableIds(inner).stream(first, { signal }));
    expect(parts).toEqual([call("t1")]);
  });

  test("of items are numbers behind what they are of; pieces of one item share it", async () => {
    const text = (id: string, text: string): AnswerPart => ({
      kind: "text",
      text,
      extra: { wire: "openai-responses", data: { id } },
    });
    const block = (data: object): AnswerPart => ({
      kind: "opaque",
      extra: { wire: "anthropic", data: data as never },
    });
    const sealed = block({ type: "reasoning", id: "rs_0123456789", encrypted_content: "…" });
    const { messages } = await conversation([
      answer(
        text("msg_0123456789", "a"),
        text("msg_0123456789", "b"),
        text("msg_other56789", "c"),
        block({ type: "server_tool_use", id: "srvtoolu_01ABCDEFGH" }),
        block({ type: "web_search_tool_result", tool_use_id: "srvtoolu_01ABCDEFGH" }),
        sealed,
      ),
      answer(text("msg_again56789", "d"), text("msg", "e")),
    ]);
    expect(messages.flatMap((said) => (said.kind === "assistant" ? said.parts : []))).toEqual([
      text("msg_1", "a"),
      text("msg_1", "b"),
      text("msg_2", "c"),
      block({ type: "server_tool_use", id: "srvtoolu_1" }),
      block({ type: "web_search_tool_result", tool_use_id: "srvtoolu_1" }),
      sealed,
      text("msg_3", "d"),
      text("msg", "e"),
    ]);
  });

  test("stop the provider where the run stops reading", async () => {
    let isStopped = false;
    const inner: ModelTransport = {
      async *stream() {
        try {
          yield { kind: "text-delta", text: "a" };
          yield { kind: "text-delta", text: "b" };
        } finally {
          isStopped = true;
        }
      },
    };
    for await (const _event of withStableIds(inner).stream(first, { signal })) break;
    expect(isStopped).toBe(true);
  });
});
