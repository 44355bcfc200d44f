import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { LlmFunction } from "../../src/functions/llm-function.ts";
import type { Schema } from "../../src/functions/schema.ts";
import type { Json, JsonObject } from "../../src/model/json.ts";
import { createProviderRouter } from "../../src/providers/registry.ts";
import { tryEncoding } from "../../src/providers/try-encoding.ts";
import { aTool, aWorker, type Ran, runEntry, toolResults } from "../support/project.ts";

/** The bodies that reached the servers, and what they answer, in order. */
const sent: JsonObject[] = [];
const answers: (() => Response)[] = [];

const servers = setupServer(
  http.post("*", async ({ request }) => {
    sent.push((await request.json()) as JsonObject); // the SDKs send objects
    return answers.shift()?.() ?? new HttpResponse("no answer is left", { status: 418 });
  }),
);
beforeAll(() => servers.listen({ onUnhandledFrame: "error" }));
afterEach(() => {
  sent.length = 0;
  answers.length = 0;
});
afterAll(() => servers.close());

const REVIEW = z.strictObject({ stars: z.number(), why: z.string() });
const SCHEMA: JsonObject = {
  type: "object",
  properties: { stars: { type: "number" }, why: { type: "string" } },
  required: ["stars", "why"],
  additionalProperties: false,
};
const VALUE = { stars: 4, why: "It rains." };

/** Runs a worker whose answer has this schema against what the servers answer. */
async function ask(model: string, output: Schema = REVIEW, calls: LlmFunction[] = []) {
  const keys = ["ANTHROPIC", "OPENAI", "DEEPSEEK", "GROQ"].map((name) => [`${name}_API_KEY`, "k"]);
  const router = createProviderRouter({ env: Object.fromEntries(keys), nowMs: () => 0 });
  const main = aWorker("main", { model, output, calls });
  return runEntry(main, { script: router, input: "Rain?" });
}

function outputOf({ result, error }: Ran): Json | undefined {
  if (error) throw error;
  return result?.output;
}

/** A Chat Completions answer with a text, or with calls of tools by name. */
function chat(text: string | null, calls: Readonly<Record<string, string>> = {}): () => Response {
  const toolCalls = Object.entries(calls).map(([name, input], index) => ({
    id: `call_${sent.length}_${index}`,
    type: "function",
    function: { name: name.replace(/ .*$/, ""), arguments: input },
  }));
  const message = { content: text, ...(toolCalls.length > 0 ? { tool_calls: toolCalls } : {}) };
  const finish = toolCalls.length > 0 ? "tool_calls" : "stop";
  return () => HttpResponse.json({ choices: [{ index: 0, message, finish_reason: finish }] });
}

function anthropic(...content: readonly JsonObject[]): () => Response {
  const stop = content.some(({ type }) => type === "tool_use") ? "tool_use" : "end_turn";
  const usage = { input_tokens: 1, output_tokens: 1 };
  const head = { id: "msg_1", type: "message", role: "assistant", model: "m" };
  return () => HttpResponse.json({ ...head, content, stop_reason: stop, usage });
}

function responses(...output: readonly JsonObject[]): () => Response {
  const response = { id: "r", object: "response", status: "completed", output, usage: null };
  const event = { type: "response.completed", sequence_number: 0, response };
  return () =>
    new HttpResponse(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`, {
      headers: { "content-type": "text/event-stream" },
    });
}

const responseText = (text: string): JsonObject => ({
  type: "message",
  id: "m",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text, annotations: [] }],
});

describe("a provider that takes schemas is sent the schema and no tool", () => {
  test("Anthropic", async () => {
    answers.push(anthropic({ type: "text", text: JSON.stringify(VALUE) }));
    expect(outputOf(await ask("anthropic:claude-haiku-4-5"))).toEqual(VALUE);
    expect(sent).toMatchObject([
      {
        system: "You are main.",
        output_config: { format: { type: "json_schema", schema: SCHEMA } },
      },
    ]);
    expect(sent[0]).not.toHaveProperty("tools");
  });

  test("OpenAI by Responses", async () => {
    answers.push(responses(responseText(JSON.stringify(VALUE))));
    expect(outputOf(await ask("openai:gpt-5"))).toEqual(VALUE);
    expect(sent[0]?.text).toEqual({
      format: { type: "json_schema", name: "answer", schema: SCHEMA, strict: true },
    });
    expect(sent[0]).not.toHaveProperty("tools");
  });

  test.each([
    ["openai-chat:gpt-5", true],
    ["groq:llama", false],
  ])("Chat Completions with %s, strict %s", async (model, strict) => {
    answers.push(chat(JSON.stringify(VALUE)));
    expect(outputOf(await ask(model))).toEqual(VALUE);
    expect(sent[0]?.response_format).toEqual({
      type: "json_schema",
      json_schema: { name: "answer", schema: SCHEMA, strict },
    });
    expect(sent[0]).not.toHaveProperty("tools");
  });
});

describe("a server that takes no schema", () => {
  const model = "deepseek:deepseek-chat";

  test("is offered a tool with the schema, and its call is the answer", async () => {
    answers.push(chat("Here you are.", { final_answer: JSON.stringify(VALUE) }));
    const ran = await ask(model);
    expect(outputOf(ran)).toEqual(VALUE);
    expect(sent[0]).not.toHaveProperty("response_format");
    expect(sent[0]?.tools).toMatchObject([
      { function: { name: "final_answer", parameters: SCHEMA } },
    ]);
    expect(sent[0]?.messages).toEqual([
      {
        role: "system",
        content: "You are main.\n\nGive your final answer with the tool final_answer.",
      },
      { role: "user", content: "Rain?" },
    ]);
  });

  test("is no different for the run: the request has the schema, the answer is text", async () => {
    answers.push(chat("Here you are.", { final_answer: JSON.stringify(VALUE) }));
    const { asked, events } = await ask(model);
    expect(asked).toMatchObject([{ system: "You are main.", tools: [], outputSchema: SCHEMA }]);
    const response = events.find((event) => event.kind === "model-response");
    expect(response).toMatchObject({
      stop: "end",
      parts: [
        { kind: "thinking", text: "Here you are." },
        { kind: "text", text: JSON.stringify(VALUE) },
      ],
    });
  });

  test("has answered with text that is JSON", async () => {
    answers.push(chat(JSON.stringify(VALUE)));
    expect(outputOf(await ask(model))).toEqual(VALUE);
  });

  test("has its other calls run first, and is asked again", async () => {
    answers.push(
      chat(null, { look: "{}", final_answer: '{"stars":0,"why":"Unseen."}' }),
      chat(null, { final_answer: JSON.stringify(VALUE) }),
    );
    const ran = await ask(model, REVIEW, [aTool("look")]);
    expect(outputOf(ran)).toEqual(VALUE);
    expect(toolResults(ran.asked[1])).toEqual(["look: done"]);
    expect(sent[0]?.tools).toMatchObject([
      { function: { name: "look" } },
      { function: { name: "final_answer" } },
    ]);
    const said = JSON.stringify(sent[1]?.messages);
    expect(said).toContain('"name":"look"');
    expect(said).not.toContain("Unseen.");
  });

  test("is told what does not fit, and shown its answer as text", async () => {
    answers.push(
      chat(null, { final_answer: '{"stars":"four","why":"It rains."}' }),
      chat(null, { final_answer: JSON.stringify(VALUE) }),
    );
    expect(outputOf(await ask(model))).toEqual(VALUE);
    expect(sent[1]?.messages).toMatchObject([
      { role: "system" },
      { role: "user", content: "Rain?" },
      { role: "assistant", content: '{"stars":"four","why":"It rains."}' },
      { role: "user", content: expect.stringContaining("- stars: ") },
    ]);
  });

  test("is asked again for arguments that are no JSON", async () => {
    answers.push(
      chat(null, { final_answer: '{"stars": 4,' }),
      chat(null, { final_answer: JSON.stringify(VALUE) }),
    );
    expect(outputOf(await ask(model))).toEqual(VALUE);
    expect(JSON.stringify(sent[1]?.messages)).toContain("it is not JSON");
  });

  test("is offered another name where a function has that one", async () => {
    answers.push(chat(null, { final_answer_: JSON.stringify(VALUE) }));
    const ran = await ask(model, REVIEW, [aTool("final_answer")]);
    expect(JSON.stringify(sent[0]?.tools)).toContain('"name":"final_answer_"');
    expect(outputOf(ran)).toEqual(VALUE);
  });

  test("counts the last of several calls", async () => {
    answers.push(
      chat(null, {
        "final_answer 1": '{"stars":1,"why":"First."}',
        "final_answer 2": JSON.stringify(VALUE),
      }),
    );
    expect(outputOf(await ask(model))).toEqual(VALUE);
  });

  test("is asked without a tool where no schema is asked for", async () => {
    answers.push(chat("Hello."));
    const router = createProviderRouter({ env: { DEEPSEEK_API_KEY: "k" }, nowMs: () => 0 });
    const { result } = await runEntry(aWorker("main", { model }), { script: router });
    expect(result?.output).toBe("Hello.");
    expect(sent[0]).not.toHaveProperty("tools");
  });
});

describe("a model or schema that its provider does not take", () => {
  test("an earlier Claude is offered the tool", async () => {
    const block = { type: "tool_use", id: "toolu_1", name: "final_answer", input: VALUE };
    answers.push(anthropic({ type: "text", text: "So:" }, block));
    expect(outputOf(await ask("anthropic:claude-3-5-haiku-latest"))).toEqual(VALUE);
    expect(sent[0]?.tools).toMatchObject([{ name: "final_answer", input_schema: SCHEMA }]);
    expect(sent[0]).not.toHaveProperty("output_config");
  });

  test.each(["openai-chat:gpt-5", "deepseek:deepseek-chat"])(
    "a list is a property of the tool's input with %s",
    async (model) => {
      answers.push(chat(null, { final_answer: '{"answer":["Rain"]}' }));
      expect(outputOf(await ask(model, z.array(z.string())))).toEqual(["Rain"]);
      expect(sent[0]).not.toHaveProperty("response_format");
      expect(sent[0]?.tools).toMatchObject([
        {
          function: {
            parameters: {
              type: "object",
              properties: { answer: { type: "array", items: { type: "string" } } },
              required: ["answer"],
            },
          },
        },
      ]);
    },
  );

  test("a list is a property of the tool's input with Responses", async () => {
    const call = {
      type: "function_call",
      id: "fc",
      call_id: "c",
      name: "final_answer",
      arguments: '{"answer":["Rain"]}',
      status: "completed",
    };
    answers.push(responses(call));
    expect(outputOf(await ask("openai:gpt-5", z.array(z.string())))).toEqual(["Rain"]);
    expect(sent[0]).not.toHaveProperty("text");
    expect(sent[0]?.tools).toMatchObject([{ name: "final_answer" }]);
  });
});

test.each(["deepseek:deepseek-chat", "anthropic:claude-3-5-haiku-latest", "openai:gpt-5"])(
  "trying to encode an output schema for %s finds nothing wrong",
  async (model) => {
    const request = { model, system: "", messages: [], tools: [], serverTools: [], settings: {} };
    await expect(tryEncoding({ ...request, outputSchema: SCHEMA }, {})).resolves.toBeUndefined();
  },
);
