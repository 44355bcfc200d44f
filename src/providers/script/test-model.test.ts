import { describe, expect, test } from "vitest";
import { type Answer, collectAnswer } from "../../model/answer.ts";
import { answerText, type Message, type ToolMessage, userText } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import { createTestTransport } from "./test-model.ts";

const request: ModelRequest = {
  model: "test",
  system: "",
  messages: [userText("Sort them.")],
  tools: [
    {
      name: "move",
      description: "",
      inputSchema: {
        type: "object",
        properties: { from: { type: "string" }, times: { type: "integer", minimum: 2 } },
        required: ["from", "times"],
      },
    },
    { name: "ls", description: "", inputSchema: { type: "object" } },
  ],
  serverTools: [],
  settings: {},
};

function ask(change: Partial<ModelRequest> = {}, signal?: AbortSignal): Promise<Answer> {
  return collectAnswer(
    createTestTransport().stream(
      { ...request, ...change },
      { signal: signal ?? new AbortController().signal },
    ),
  );
}

function result(name: string, text: string, isError = false): ToolMessage {
  return { kind: "tool", id: name, name, content: [{ kind: "text", text }], isError };
}

/** The conversation after the first answer, with these results. */
async function conversation(...results: readonly ToolMessage[]): Promise<readonly Message[]> {
  const { parts } = await ask();
  return [...request.messages, { kind: "assistant", parts }, ...results];
}

describe("the test model", () => {
  test("calls every tool once, with an input that fits its schema", async () => {
    expect(await ask()).toEqual({
      parts: [
        { kind: "tool-call", id: "test_1", name: "move", input: { from: "a", times: 2 } },
        { kind: "tool-call", id: "test_2", name: "ls", input: {} },
      ],
      stop: "tool-calls",
      usage: { inputTokens: 0, outputTokens: 0 },
      source: "script",
    });
  });

  test("then ends with the tools' outputs as JSON", async () => {
    const messages = await conversation(
      result("move", "no such file", true),
      result("ls", '["a", 1]'),
    );
    const { parts, stop } = await ask({ messages });
    expect(stop).toBe("end");
    expect(JSON.parse(answerText(parts))).toEqual({
      move: { error: "no such file" },
      ls: ["a", 1],
    });
  });

  test("ends with an example where an output schema asks for one", async () => {
    const outputSchema = { type: "object", properties: { n: { const: 4 } }, required: ["n"] };
    const { parts } = await ask({ messages: await conversation(result("ls", "a")), outputSchema });
    expect(answerText(parts)).toBe('{"n":4}');
  });

  test("ends at once without tools", async () => {
    const { parts, stop } = await ask({ tools: [] });
    expect([answerText(parts), stop]).toEqual(["{}", "end"]);
  });

  test("calls a tool with {} when its schema has no example", async () => {
    const inputSchema = { type: "object", required: ["a"], additionalProperties: false };
    const { parts } = await ask({ tools: [{ name: "odd", description: "", inputSchema }] });
    expect(parts).toMatchObject([{ name: "odd", input: {} }]);
  });

  test("says the same again", async () => {
    expect(await ask()).toEqual(await ask());
  });

  test("stops when the signal has aborted", async () => {
    const reason = new Error("stop");
    await expect(ask({}, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
