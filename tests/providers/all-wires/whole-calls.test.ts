import { describe, expect, test } from "vitest";
import { answerOf, sending, useWireServer } from "./wire-server.ts";
import { ANTHROPIC, CHAT, RESPONSES, type SpokenWire } from "./wires.ts";

// A call that lost its arguments on the way must never run as if it had none.

const server = useWireServer();

const stream = (...events: readonly object[]) =>
  sending(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(""));

const document = (value: object) => sending(JSON.stringify(value), "application/json");

const REMOVE = {
  name: "remove",
  description: "Removes a folder, or all of them.",
  inputSchema: { type: "object", properties: { folder: { type: "string" } } },
} as const;

async function made(wire: SpokenWire, tools: readonly object[] = [REMOVE]): Promise<unknown> {
  try {
    const { parts, stop } = await answerOf(server, wire, { tools: tools as never });
    const calls = parts.filter((part) => part.kind === "tool-call");
    const inputs = calls.map(({ input, invalidInput }) => invalidInput ?? input);
    return stop === "context-window" ? stop : inputs;
  } catch (error) {
    return error;
  }
}

const FAILED = { code: "provider" };

describe("Chat Completions", () => {
  const chunk = (delta: object, finish: string | null = null) => ({
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const piece = (call: object, more: object = {}) => chunk({ tool_calls: [{ ...more, ...call }] });
  const begun = (more: object = {}) =>
    piece({ function: { name: "remove", arguments: "" } }, { index: 0, ...more });
  const rest = (text: string, more: object = {}) =>
    piece({ function: { arguments: text } }, { index: 0, ...more });

  test("a call that the end of the context cut is none to make", async () => {
    server.answer(stream(begun(), chunk({}, "model_length")));
    expect(await made(CHAT)).toBe("context-window");
  });

  test("a call without arguments or a finish reason is an error, unless its tool takes none", async () => {
    const done = `data: ${JSON.stringify(begun())}\n\ndata: [DONE]\n\n`;
    const message = { tool_calls: [{ function: { name: "remove", arguments: "" } }] };
    for (const answer of [
      sending(done),
      document({ choices: [{ index: 0, message, finish_reason: null }] }),
    ]) {
      server.answer(answer);
      expect(await made(CHAT)).toMatchObject({ ...FAILED, retryable: true });
      expect(await made(CHAT, [{ ...REMOVE, inputSchema: { type: "object" } }])).toEqual([{}]);
    }
  });

  test.each([
    ["the same id", { id: "same" }],
    ["no id", {}],
  ])("calls with %s at one index that come in pieces stay apart", async (_what, own) => {
    server.answer(
      stream(
        begun(own),
        rest('{"folder":'),
        rest('"a"}'),
        begun(own),
        rest('{"folder":"b"}'),
        chunk({}, "tool_calls"),
      ),
    );
    expect(await made(CHAT)).toEqual([{ folder: "a" }, { folder: "b" }]);
  });

  test("calls whose arguments are wrapped in a text stay apart", async () => {
    const wrapped = (folder: string) => {
      const text = JSON.stringify(JSON.stringify({ folder }));
      return piece({ index: 0, id: "same", function: { name: "remove", arguments: text } });
    };
    server.answer(stream(wrapped("a"), wrapped("b"), chunk({}, "tool_calls")));
    expect(await made(CHAT)).toEqual([{ folder: "a" }, { folder: "b" }]);
  });

  test("a call whose name is said again at its end is one call", async () => {
    const own = { id: "same" };
    server.answer(stream(begun(own), rest('{"folder":"a"}'), begun(own), chunk({}, "tool_calls")));
    expect(await made(CHAT)).toEqual([{ folder: "a" }]);
  });

  test("one call that is not in a list is a call", async () => {
    const call = { id: "a", function: { name: "remove", arguments: '{"folder":"a"}' } };
    server.answer(
      document({ choices: [{ message: { tool_calls: call }, finish_reason: "stop" }] }),
    );
    expect(await made(CHAT)).toEqual([{ folder: "a" }]);
  });

  test("of several choices one is read", async () => {
    const said = (index: number, content: string, finish: string | null = null) => ({
      choices: [{ index, delta: { content }, finish_reason: finish }],
    });
    server.answer(stream(said(0, "A"), said(1, "B"), said(0, "A", "stop"), said(1, "B", "stop")));
    expect((await answerOf(server, CHAT)).parts).toEqual([{ kind: "text", text: "AA" }]);
  });
});

describe("Anthropic", () => {
  const block = { type: "tool_use", id: "t1", name: "remove", input: {} };
  const start = { type: "message_start", message: { content: [] } };
  const begin = { type: "content_block_start", index: 0, content_block: block };
  const stop = { type: "content_block_stop", index: 0 };
  const piece = (index: number, partial_json: unknown) => ({
    type: "content_block_delta",
    index,
    delta: { type: "input_json_delta", partial_json },
  });
  const end = (reason: string | null) => [
    { type: "message_delta", delta: { stop_reason: reason } },
    { type: "message_stop" },
  ];

  test("a call that the end of the context cut is none to make", async () => {
    server.answer(stream(start, begin, stop, ...end("model_context_window_exceeded")));
    expect(await made(ANTHROPIC)).toBe("context-window");
  });

  test.each([
    ["an open block and no stop reason", [{ type: "message_stop" }]],
    ["no stop reason", [stop, ...end(null)]],
  ])("a call without arguments in an answer with %s is an error", async (_what, events) => {
    server.answer(stream(start, begin, ...events));
    expect(await made(ANTHROPIC)).toMatchObject({ ...FAILED, retryable: true });
  });

  test("arguments of no call are an error", async () => {
    server.answer(stream(start, begin, piece(1, '{"folder":"a"}'), stop, ...end("tool_use")));
    expect(await made(ANTHROPIC)).toMatchObject(FAILED);
  });

  test("arguments that come as JSON are arguments", async () => {
    server.answer(stream(start, begin, piece(0, { folder: "a" }), stop, ...end("tool_use")));
    expect(await made(ANTHROPIC)).toEqual([{ folder: "a" }]);
  });

  test("a text that no block was begun for is a text", async () => {
    const delta = { type: "text_delta", text: "Hello" };
    const said = { type: "content_block_delta", index: 0, delta };
    server.answer(stream(start, said, said, stop, ...end("end_turn")));
    const { parts } = await answerOf(server, ANTHROPIC);
    expect(parts).toEqual([{ kind: "text", text: "HelloHello" }]);
  });
});

describe("Responses", () => {
  const call = (args: string, more: object = {}) => ({
    type: "function_call",
    name: "remove",
    arguments: args,
    ...more,
  });
  const done = (output_index: number, item: object) => ({
    type: "response.output_item.done",
    output_index,
    item,
  });
  const completed = (output: readonly object[], more: object = {}) => ({
    type: "response.completed",
    response: { status: "completed", output, ...more },
  });

  test.each([
    ["the event", { type: "response.incomplete", response: { output: [call("")] } }],
    ["the details", completed([call("")], { incomplete_details: { reason: "max_output_tokens" } })],
    ["the item", completed([call("", { status: "in_progress" })])],
  ])(
    "a call without arguments is none to make where %s says that it was cut",
    async (_what, event) => {
      server.answer(stream(event));
      expect(await made(RESPONSES)).not.toEqual([{}]);
    },
  );

  test("half a message is no answer, whatever the response says", async () => {
    const content = [{ type: "output_text", text: "Half a sen" }];
    server.answer(stream(completed([{ type: "message", status: "incomplete", content }])));
    expect(await made(RESPONSES)).toMatchObject(FAILED);
  });

  test("arguments that were streamed find their call wherever the output lists it", async () => {
    const own = { id: "fc_1", call_id: "c1" };
    const delta = { output_index: 1, item_id: "fc_1", delta: '{"folder":"a"}' };
    server.answer(
      stream(
        { type: "response.output_item.added", output_index: 1, item: call("", own) },
        { type: "response.function_call_arguments.delta", ...delta },
        completed([call("", own)]),
      ),
    );
    expect(await made(RESPONSES)).toEqual([{ folder: "a" }]);
  });

  test.each([
    ["the same id", { id: "fc_1", call_id: "c1" }],
    ["no id", {}],
  ])("calls with %s at one index stay apart", async (_what, own) => {
    const calls = [call('{"folder":"a"}', own), call('{"folder":"b"}', own)];
    const items = calls.map((item) => done(0, item));
    for (const output of [[], calls]) {
      server.answer(stream(...items, completed(output)));
      expect(await made(RESPONSES)).toEqual([{ folder: "a" }, { folder: "b" }]);
    }
  });

  test("an item that the server says is done twice is one", async () => {
    const item = call('{"folder":"a"}', { id: "fc_1", call_id: "c1" });
    server.answer(stream(done(0, item), done(0, item), completed([])));
    expect(await made(RESPONSES)).toEqual([{ folder: "a" }]);
  });

  test("a text of a type of another protocol is a text", async () => {
    const content = [{ type: "text", text: "Hello" }];
    server.answer(stream(completed([{ type: "message", content }])));
    expect((await answerOf(server, RESPONSES)).parts).toMatchObject([{ text: "Hello" }]);
  });
});

test.each([
  [
    "thinking that is hidden",
    ANTHROPIC,
    {
      type: "message",
      content: [{ type: "redacted_thinking", data: "x" }],
      stop_reason: "end_turn",
    },
    "the model thought and gave no answer",
  ],
  [
    "a block that nobody knows",
    ANTHROPIC,
    { type: "message", content: [{ type: "hologram" }], stop_reason: "end_turn" },
    "the model said nothing that can be read, only hologram",
  ],
  [
    "an image",
    CHAT,
    {
      choices: [{ message: { content: [{ type: "image_url" }] }, finish_reason: "stop" }],
    },
    "the model said nothing that can be read, only image_url",
  ],
  [
    "a search",
    RESPONSES,
    { status: "completed", output: [{ type: "web_search_call" }] },
    "the model said nothing that can be read, only web_search_call",
  ],
])("an answer of nothing but %s (%o) is an error", async (_what, wire, answer, says) => {
  server.answer(document(answer));
  const said = await made(wire);
  expect(said).toMatchObject({ retryable: true, reason: expect.stringContaining(says) });
});
