import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collectAnswer } from "../../../src/model/answer.ts";
import type { ToolCallPart } from "../../../src/model/message.ts";
import { answerOf, ask, FORMS, saying, sending, useWireServer } from "./wire-server.ts";
import { ANTHROPIC, CHAT, RESPONSES, type SentCall, type SpokenWire, WIRES } from "./wires.ts";

const server = useWireServer();

const cases = WIRES.flatMap((wire) => FORMS.map((form) => [wire.name, form, wire] as const));

const call = (argumentsText: string, id: string | undefined = "c1"): SentCall => ({
  ...(id === undefined ? {} : { id }),
  name: "remove",
  arguments: argumentsText,
});

async function callsOf(wire: SpokenWire, more: Parameters<typeof answerOf>[2] = {}) {
  const { parts } = await answerOf(server, wire, more);
  return parts.filter((part) => part.kind === "tool-call");
}

describe.each(cases)("a tool call on the wire %s as a %s", (_name, form, wire) => {
  test("has its arguments unwrapped where they are JSON within a JSON text", async () => {
    const input = { folder: 'a "b" \\ c', deep: { list: [1, "2"] } };
    for (const sent of [input, JSON.stringify(input), JSON.stringify(JSON.stringify(input))]) {
      server.answer(saying(wire, { calls: [call(JSON.stringify(sent))] }, form));
      expect(await callsOf(wire)).toMatchObject([{ name: "remove", input }]);
    }
  });

  test.each(["5", "true", "[1]", '"a"', '"[1]"', '{"a":', "{'a':1}", '{"a":1}{"b":2}'])(
    "is invalid, not {}, with the arguments %s",
    async (sent) => {
      server.answer(saying(wire, { calls: [call(sent)] }, form));
      const [part] = await callsOf(wire);
      expect(part?.invalidInput).toBeDefined();
      expect(part?.input).toEqual({});
    },
  );

  test("without arguments has none", async () => {
    server.answer(saying(wire, { calls: [call("")] }, form));
    const [part] = await callsOf(wire);
    expect(part).toMatchObject({ input: {} });
    expect(part).not.toHaveProperty("invalidInput");
  });

  test("is invalid where the token limit cut it before or within its arguments", async () => {
    for (const sent of ["", '{"fol', '{"folder":"a"']) {
      const calls = [call(sent)];
      server.answer(saying(wire, { text: "Well.", calls, stop: wire.limit }, form));
      const answer = await answerOf(server, wire);
      const part = answer.parts.find(({ kind }) => kind === "tool-call") as ToolCallPart;
      expect(part.invalidInput).toBe(sent);
      expect(answer.stop).toBe("max-tokens");
    }
  });

  test("that was whole when the token limit came is one to make", async () => {
    server.answer(saying(wire, { calls: [call('{"folder":"a"}')], stop: wire.limit }, form));
    const answer = await answerOf(server, wire);
    expect(answer).toMatchObject({ parts: [{ input: { folder: "a" } }], stop: "tool-calls" });
  });

  test("stays one call beside another with the same id, or with none", async () => {
    for (const id of ["same", undefined]) {
      const calls = [call('{"path":"a"}', id), call('{"path":"b"}', id)];
      server.answer(saying(wire, { calls }, form));
      const parts = await callsOf(wire);
      expect(parts.map(({ input }) => input)).toEqual([{ path: "a" }, { path: "b" }]);
      expect(new Set(parts.map((part) => part.id)).size).toBe(2);
    }
  });

  test("gets an id that the conversation has not used", async () => {
    const earlier = { kind: "tool-call", id: "c1", name: "remove", input: {} } as const;
    const messages = [
      { kind: "user", content: [{ kind: "text", text: "Go." }] },
      { kind: "assistant", parts: [earlier] },
      {
        kind: "tool",
        id: "c1",
        name: "remove",
        content: [{ kind: "text", text: "ok" }],
        isError: false,
      },
    ] as const;
    server.answer(saying(wire, { calls: [call("{}", "c1"), call("{}", "c1_2")] }, form));
    const ids = (await callsOf(wire, { messages })).map(({ id }) => id);
    expect(new Set(["c1", ...ids]).size).toBe(3);
    server.answer(saying(wire, { calls: [call("{}", "c1"), call("{}", "c1_2")] }, form));
    expect((await callsOf(wire, { messages })).map(({ id }) => id)).toEqual(ids);
  });

  test("null means no arguments only to a tool that takes none", async () => {
    const tool = (properties: object) => ({
      tools: [
        { name: "remove", description: "", inputSchema: { type: "object", properties } as never },
      ],
    });
    server.answer(saying(wire, { calls: [call("null")] }, form));
    expect(await callsOf(wire, tool({}))).toMatchObject([{ input: {} }]);
    const [part] = await callsOf(wire, tool({ folder: { type: "string" } }));
    expect(part?.invalidInput).toBe("null");
  });

  test("arrives as it was meant, whatever object and however often it is wrapped", async () => {
    const input = fc.dictionary(fc.string(), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(
        fc.array(input, { minLength: 1, maxLength: 3 }),
        fc.nat(2),
        async (inputs, wraps) => {
          const texts = inputs.map((value) => {
            let text = JSON.stringify(value);
            for (let wrap = 0; wrap < wraps; wrap++) text = JSON.stringify(text);
            return text;
          });
          server.answer(
            saying(wire, { calls: texts.map((text, index) => call(text, `c${index}`)) }, form),
          );
          const sent = inputs.map((value) => JSON.parse(JSON.stringify(value)));
          expect((await callsOf(wire)).map((part) => part.input)).toEqual(sent);
        },
      ),
      { numRuns: 25 },
    );
  });
});

test("Anthropic: a block that begins at an open index does not swallow the one before", async () => {
  const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
  const begin = (path: string) => [
    event({
      type: "content_block_start",
      index: 0,
      content_block: { type: "tool_use", id: path, name: "read", input: {} },
    }),
    event({
      type: "content_block_delta",
      index: 0,
      delta: { type: "input_json_delta", partial_json: JSON.stringify({ path }) },
    }),
  ];
  const [start = "", ...end] = ANTHROPIC.events({ stop: "tool_use" });
  server.answer(sending([start, ...begin("a"), ...begin("b"), ...end].join("")));
  expect((await callsOf(ANTHROPIC)).map(({ input }) => input)).toEqual([
    { path: "a" },
    { path: "b" },
  ]);
});

test("Chat: whole calls in chunks of their own that share id and index stay apart", async () => {
  const chunk = (tool_calls: object[], finish_reason: string | null = null) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls }, finish_reason }] })}\n\n`;
  const read = (path: string) => ({
    index: 0,
    id: "read",
    type: "function",
    function: { name: "read", arguments: JSON.stringify({ path }) },
  });
  server.answer(
    sending([chunk([read("a")]), chunk([read("b")]), chunk([], "tool_calls")].join("")),
  );
  expect((await callsOf(CHAT)).map(({ input }) => input)).toEqual([{ path: "a" }, { path: "b" }]);
});

test("Responses: an item that the server calls incomplete was cut", async () => {
  const item = {
    type: "function_call",
    call_id: "c1",
    name: "remove",
    arguments: "",
    status: "incomplete",
  };
  const response = { status: "completed", output: [item] };
  server.answer(sending(`data: ${JSON.stringify({ type: "response.completed", response })}\n\n`));
  expect(await callsOf(RESPONSES)).toMatchObject([{ invalidInput: "" }]);
});

test.each(WIRES.map((wire) => [wire.name, wire] as const))(
  "%s: a call without arguments in a stream that broke off is not handed on",
  async (_name, wire) => {
    const events = wire.events({ calls: [call("")] });
    for (let count = 1; count < events.length - 2; count++) {
      server.answer(sending(events.slice(0, count).join("")));
      const said: unknown[] = [];
      const failed = collectAnswer(ask(server, wire), (event) => said.push(event));
      await expect(failed).rejects.toMatchObject({ code: "provider", retryable: true });
      expect(said).not.toContainEqual(expect.objectContaining({ kind: "part" }));
    }
  },
);
