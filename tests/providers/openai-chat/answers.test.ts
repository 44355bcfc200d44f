import { HttpResponse } from "msw";
import { describe, expect, test } from "vitest";
import { type Answer, collectAnswer } from "../../../src/model/answer.ts";
import type { ModelEvent } from "../../../src/model/event.ts";
import type { Json, JsonObject } from "../../../src/model/json.ts";
import type { AssistantMessage } from "../../../src/model/message.ts";
import {
  chatRequest,
  chatTransport,
  completion,
  delta,
  eventStream,
  useChatServer,
} from "./chat-server.ts";

const server = useChatServer();
const signal = new AbortController().signal;

function ask(request = chatRequest()): Promise<Answer> {
  return collectAnswer(chatTransport().stream(request, { signal }));
}

function askFor(chunks: readonly Json[]): Promise<Answer> {
  server.answer(() => eventStream(chunks));
  return ask();
}

/** The message that the transport sends back for an answer. */
async function echo(answer: Answer): Promise<JsonObject> {
  const message: AssistantMessage = { kind: "assistant", parts: answer.parts };
  await ask(chatRequest({ messages: [...chatRequest().messages, message] }));
  const messages = server.received.at(-1)?.body.messages;
  const said = (Array.isArray(messages) ? messages : []) as JsonObject[]; // what the SDK sent
  return said.findLast(({ role }) => role === "assistant") ?? {};
}

/** The deltas of one call. */
function oneCall(): JsonObject[] {
  const one = { index: 0, id: "a", type: "function", function: { name: "one", arguments: "{}" } };
  return [{ tool_calls: [one] }];
}

describe("text", () => {
  test("pieces are handed on as they come and become one part", async () => {
    server.answer(() => eventStream([delta({ content: "Hel" }), delta({ content: "lo" }, "stop")]));
    const events: ModelEvent[] = [];
    await collectAnswer(chatTransport().stream(chatRequest(), { signal }), (event) => {
      events.push(event);
    });
    expect(events).toEqual([
      { kind: "text-delta", text: "Hel" },
      { kind: "text-delta", text: "lo" },
      { kind: "part", part: { kind: "text", text: "Hello" } },
      { kind: "end", stop: "end", usage: { inputTokens: 0, outputTokens: 0 }, source: "live" },
    ]);
  });

  test("comments between events are passed over", async () => {
    server.answer(
      () =>
        new HttpResponse(
          `: KEEP ALIVE\n\ndata: ${JSON.stringify(delta({ content: "A" }, "stop"))}\n\n`,
          {
            headers: { "content-type": "text/event-stream" },
          },
        ),
    );
    expect((await ask()).parts).toEqual([{ kind: "text", text: "A" }]);
  });

  test("an event stream without its content type is still read", async () => {
    const text = `data: ${JSON.stringify(delta({ content: "A" }, "stop"))}\n\ndata: [DONE]\n\n`;
    server.answer(() => new HttpResponse(text, { headers: { "content-type": "text/plain" } }));
    expect((await ask()).parts).toEqual([{ kind: "text", text: "A" }]);
  });

  test("a whole completion is read where the server does not stream", async () => {
    server.answer(() => completion({ role: "assistant", content: "Whole" }));
    expect(await ask()).toMatchObject({ parts: [{ kind: "text", text: "Whole" }], stop: "end" });
  });
});

describe("tool calls", () => {
  const call = (fields: JsonObject): Json => delta({ tool_calls: [fields] });
  const calls = (answer: Answer) =>
    answer.parts.map((part) =>
      part.kind === "tool-call" ? [part.id, part.name, part.input] : part,
    );

  test("pieces that alternate between two indexes become two calls", async () => {
    const answer = await askFor([
      call({ index: 0, id: "a", function: { name: "one", arguments: "" } }),
      call({ index: 1, id: "b", function: { name: "two", arguments: '{"x"' } }),
      call({ index: 0, function: { arguments: '{"y":1}' } }),
      call({ index: 1, function: { arguments: ":2}" } }),
      delta({}, "tool_calls"),
    ]);
    expect(answer.stop).toBe("tool-calls");
    expect(calls(answer)).toEqual([
      ["a", "one", { y: 1 }],
      ["b", "two", { x: 2 }],
    ]);
  });

  test("ids tell calls apart where a server reuses index 0", async () => {
    const answer = await askFor([
      call({ index: 0, id: "a", function: { name: "one", arguments: "{}" } }),
      call({ index: 0, id: "b", function: { name: "one", arguments: '{"x"' } }),
      call({ index: 0, id: "b", function: { arguments: ":2}" } }),
      delta({}, "stop"),
    ]);
    expect(answer.stop).toBe("tool-calls");
    expect(calls(answer)).toEqual([
      ["a", "one", {}],
      ["b", "one", { x: 2 }],
    ]);
  });

  test("calls without id and index follow the latest, and get ids", async () => {
    const answer = await askFor([
      call({ function: { name: "one", arguments: '{"x":' } }),
      call({ function: { arguments: "1}" } }),
      call({ id: "", function: { name: "one", arguments: '{"x":2}' } }),
    ]);
    expect(answer.stop).toBe("tool-calls");
    expect(calls(answer)).toEqual([
      ["call_1", "one", { x: 1 }],
      ["call_2", "one", { x: 2 }],
    ]);
  });

  test("a name and an id may come late", async () => {
    const answer = await askFor([
      call({ index: 0, function: { arguments: "{" } }),
      call({ index: 0, id: "late", function: { name: "one", arguments: "}" } }),
    ]);
    expect(calls(answer)).toEqual([["late", "one", {}]]);
  });

  test("a new id for every piece does not make new calls", async () => {
    const answer = await askFor([
      call({ index: 0, id: "r1", function: { name: "one", arguments: '{"x"' } }),
      call({ index: 0, id: "r2", function: { arguments: ":1" } }),
      call({ index: 0, id: "r3", function: { arguments: "}" } }),
    ]);
    expect(calls(answer)).toEqual([["r1", "one", { x: 1 }]]);
  });

  test("whole calls without ids stay apart, and arguments may be JSON itself", async () => {
    server.answer(() =>
      completion({
        content: null,
        tool_calls: [
          { id: "", function: { name: "one", arguments: { x: 1 } } },
          { id: "", function: { name: "one", arguments: "" } },
        ],
      }),
    );
    expect(calls(await ask())).toEqual([
      ["call_1", "one", { x: 1 }],
      ["call_2", "one", {}],
    ]);
  });

  test("a generated id is new in the conversation", async () => {
    server.answer(() =>
      completion({ tool_calls: [{ function: { name: "one", arguments: "{}" } }] }),
    );
    const first = await ask();
    const said: AssistantMessage = { kind: "assistant", parts: first.parts };
    expect(calls(await ask(chatRequest({ messages: [said] })))).toEqual([["call_2", "one", {}]]);
  });

  test("arguments that are no JSON are kept, and sent back as an object without any", async () => {
    const answer = await askFor([
      call({ index: 0, id: "a", function: { name: "one", arguments: '{"x": ' } }),
      delta({}, "tool_calls"),
    ]);
    expect(answer.parts).toMatchObject([{ kind: "tool-call", input: {}, invalidInput: '{"x": ' }]);
    expect(await echo(answer)).toMatchObject({
      content: null,
      tool_calls: [{ id: "a", type: "function", function: { name: "one", arguments: "{}" } }],
    });
  });

  test("arguments that the token limit cut off do not count as a call to make", async () => {
    const answer = await askFor([
      call({ index: 0, id: "a", function: { name: "one", arguments: '{"x": ' } }),
      delta({}, "length"),
    ]);
    expect(answer.stop).toBe("max-tokens");
  });

  test("fields that a server adds to a call are sent back with it", async () => {
    const extra = { google: { thought_signature: "c2ln" } };
    const answer = await askFor([
      call({ index: 0, id: "a", extra_content: extra, function: { name: "one", arguments: "{}" } }),
    ]);
    expect(await echo(answer)).toMatchObject({ tool_calls: [{ id: "a", extra_content: extra }] });
  });

  test("an entry without name and arguments is no call", async () => {
    const answer = await askFor([delta({ content: "A", tool_calls: [{ index: 0 }] }, "stop")]);
    expect(answer).toMatchObject({ parts: [{ kind: "text", text: "A" }], stop: "end" });
  });
});

describe("reasoning", () => {
  test.each(["reasoning_content", "reasoning", "reasoning_text"])(
    "%s becomes thinking and goes back in the same field",
    async (field) => {
      const answer = await askFor([
        delta({ [field]: "Let me " }),
        delta({ [field]: "think." }),
        delta({ content: "42" }, "stop"),
      ]);
      expect(answer.parts).toEqual([
        {
          kind: "thinking",
          text: "Let me think.",
          extra: { wire: "openai-chat", data: { field } },
        },
        { kind: "text", text: "42" },
      ]);
      expect(await echo(answer)).toEqual({
        role: "assistant",
        content: "42",
        [field]: "Let me think.",
      });
    },
  );

  test.each<[string, JsonObject[]]>([
    ["before a call", [{ reasoning_content: "" }, { content: "So:" }, ...oneCall()]],
    ["beside a call", [{ content: null, reasoning_content: "", ...oneCall()[0] }]],
    ["behind a call", [...oneCall(), { reasoning_content: "" }]],
  ])("reasoning_content that is empty goes back where it came %s", async (_place, deltas) => {
    const answer = await askFor([...deltas.map((one) => delta(one)), delta({}, "tool_calls")]);
    expect(answer.parts).toContainEqual({ kind: "tool-call", id: "a", name: "one", input: {} });
    expect(await echo(answer)).toMatchObject({ reasoning_content: "", tool_calls: [{ id: "a" }] });
  });

  test("reasoning_content that is empty beside a text, or null, does not go back", async () => {
    const empty = await askFor([delta({ reasoning_content: "", content: "42" }, "stop")]);
    expect(await echo(empty)).toEqual({ role: "assistant", content: "42" });
    const missing = await askFor([
      delta({ reasoning_content: null, ...oneCall()[0] }, "tool_calls"),
    ]);
    expect(await echo(missing)).not.toHaveProperty("reasoning_content");
  });

  test("reasoning that comes after an empty piece is not empty", async () => {
    const answer = await askFor([
      delta({ reasoning_content: "" }),
      delta({ reasoning_content: "Hm." }),
      delta(oneCall()[0] ?? {}, "tool_calls"),
    ]);
    expect(await echo(answer)).toMatchObject({ reasoning_content: "Hm." });
  });

  test("pieces of one detail become one and keep a signature that comes later", async () => {
    const piece = (fields: JsonObject): JsonObject => ({
      type: "reasoning.text",
      index: 0,
      ...fields,
    });
    const answer = await askFor([
      delta({ reasoning: "One ", reasoning_details: [piece({ text: "One " })] }),
      delta({ reasoning: "two", reasoning_details: [piece({ text: "two" })] }),
      delta({ content: "", reasoning_details: [piece({ signature: "s1g" })] }),
      delta({ content: "Done" }, "stop"),
    ]);
    expect(answer.parts[0]).toMatchObject({ kind: "thinking", text: "One two" });
    expect(await echo(answer)).toEqual({
      role: "assistant",
      content: "Done",
      reasoning: "One two",
      reasoning_details: [piece({ text: "One two", signature: "s1g" })],
    });
  });

  test("a detail that comes after the text still joins its beginning when sent back", async () => {
    const answer = await askFor([
      delta({ reasoning_details: [{ type: "reasoning.text", index: 0, text: "One" }] }),
      delta({ content: "Done" }),
      delta(
        { reasoning_details: [{ type: "reasoning.text", index: 0, signature: "s1g" }] },
        "stop",
      ),
    ]);
    expect(await echo(answer)).toMatchObject({
      reasoning_details: [{ type: "reasoning.text", index: 0, text: "One", signature: "s1g" }],
    });
  });

  test("thinking inside a content list goes back inside a content list", async () => {
    const thinking = (text: string): Json => ({
      type: "thinking",
      thinking: [{ type: "text", text }],
    });
    const answer = await askFor([
      delta({ content: [thinking("Hm, ")] }),
      delta({ content: [thinking("yes.")] }),
      delta({ content: "Yes" }),
      delta({ content: [{ type: "reference", reference_ids: [1] }] }, "stop"),
    ]);
    expect(answer.parts.map((part) => part.kind)).toEqual(["thinking", "text", "opaque"]);
    expect((await echo(answer)).content).toEqual([
      thinking("Hm, yes."),
      { type: "text", text: "Yes" },
      { type: "reference", reference_ids: [1] },
    ]);
  });

  test("what stands beside a thinking block goes back with it", async () => {
    const block = { type: "thinking", thinking: [{ type: "text", text: "Hm" }], closed: true };
    server.answer(() => completion({ content: [block, { type: "text", text: "Yes" }] }));
    expect((await echo(await ask())).content).toEqual([block, { type: "text", text: "Yes" }]);
  });

  test("thinking that another wire wrote is not sent", async () => {
    server.answer(() => completion({ content: "ok" }));
    const parts: AssistantMessage["parts"] = [
      { kind: "thinking", text: "Hm", extra: { wire: "anthropic", data: { signature: "s" } } },
      { kind: "opaque", extra: { wire: "anthropic", data: { type: "server_tool_use" } } },
      { kind: "text", text: "Yes" },
    ];
    const answer: Answer = {
      parts,
      stop: "end",
      usage: { inputTokens: 0, outputTokens: 0 },
      source: "live",
    };
    expect(await echo(answer)).toEqual({ role: "assistant", content: "Yes" });
  });

  test("a signature beside the message is kept and sent back", async () => {
    const extra = { google: { thought_signature: "c2ln" } };
    server.answer(() => completion({ content: "Yes", extra_content: extra }));
    expect(await echo(await ask())).toMatchObject({ content: "Yes", extra_content: extra });
  });
});

describe("why an answer stopped", () => {
  test.each([
    ["stop", "end"],
    ["length", "max-tokens"],
    ["content_filter", "refusal"],
    ["model_length", "context-window"],
  ])("finish reason %s is stop %s", async (finish, stop) => {
    expect((await askFor([delta({ content: "A" }, finish)])).stop).toBe(stop);
  });

  test("text without a finish reason is an answer", async () => {
    expect((await askFor([delta({ content: "A" })])).stop).toBe("end");
  });

  test("a content filter without any output is a refusal", async () => {
    server.answer(() =>
      HttpResponse.json({ choices: [{ index: 0, finish_reason: "content_filter" }] }),
    );
    expect(await ask()).toMatchObject({ parts: [], stop: "refusal" });
  });

  test("a refusal is text that goes back as a refusal", async () => {
    const answer = await askFor([delta({ refusal: "I'm " }), delta({ refusal: "sorry" }, "stop")]);
    expect(answer).toMatchObject({ parts: [{ kind: "text", text: "I'm sorry" }], stop: "refusal" });
    expect(await echo(answer)).toEqual({ role: "assistant", content: null, refusal: "I'm sorry" });
  });
});

describe("usage", () => {
  test("comes in a last chunk without choices, cached tokens taken out", async () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 7,
      total_tokens: 107,
      prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
    };
    const answer = await askFor([delta({ content: "A" }, "stop"), { choices: [], usage }]);
    expect(answer.usage).toEqual({
      inputTokens: 30,
      outputTokens: 7,
      cacheReadTokens: 60,
      cacheWriteTokens: 10,
    });
  });

  test("is what the last chunk says where several count", async () => {
    const counted = (output: number): Json => ({
      choices: [],
      usage: { prompt_tokens: 3, completion_tokens: output },
    });
    const answer = await askFor([counted(1), delta({ content: "A" }, "stop"), counted(2)]);
    expect(answer.usage).toEqual({ inputTokens: 3, outputTokens: 2 });
  });

  test("counts reasoning that only the total holds", async () => {
    const usage = { prompt_tokens: 35, completion_tokens: 12, total_tokens: 109 };
    const answer = await askFor([delta({ content: "A" }, "stop"), { choices: [], usage }]);
    expect(answer.usage).toEqual({ inputTokens: 35, outputTokens: 74 });
  });
});
