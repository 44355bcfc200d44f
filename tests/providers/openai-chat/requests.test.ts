import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LlmDoError } from "../../../src/errors/llm-do-error.ts";
import { collectAnswer } from "../../../src/model/answer.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import { bytesAttachment, type ContentPart, type Message } from "../../../src/model/message.ts";
import type { ModelRequest, ModelSettings } from "../../../src/model/request.ts";
import type { ServerSwitches } from "../../../src/providers/wire/server-switches.ts";
import { chatRequest, chatTransport, completion, useChatServer } from "./chat-server.ts";

const server = useChatServer();
server.answer(() => completion({ content: "ok" }));
const signal = new AbortController().signal;

/** The body that really reached the server. */
async function sent(
  fields: Partial<ModelRequest>,
  switches: Partial<ServerSwitches> = {},
): Promise<JsonObject> {
  await collectAnswer(chatTransport(switches).stream(chatRequest(fields), { signal }));
  const request = server.received.at(-1);
  if (!request) throw new Error("nothing was sent");
  return request.body;
}

async function refusal(
  fields: Partial<ModelRequest>,
  switches: Partial<ServerSwitches> = {},
): Promise<LlmDoError> {
  const error = await sent(fields, switches).catch((thrown: unknown) => thrown);
  if (!(error instanceof LlmDoError)) throw new Error("the request was not refused");
  expect(error.code).toBe("configuration");
  expect(server.received).toHaveLength(0);
  return error;
}

function user(...content: ContentPart[]): Message {
  return { kind: "user", content };
}

describe("what is sent", () => {
  test("a plain request asks for a stream with its usage", async () => {
    expect(await sent({ system: "Be brief." })).toEqual({
      model: "small",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hi" },
      ],
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test("the key is sent as a bearer token, and nothing where there is no key", async () => {
    await sent({});
    expect(server.received.at(-1)?.headers.get("authorization")).toBe("Bearer key-1");
    await collectAnswer(chatTransport({}, "").stream(chatRequest(), { signal }));
    expect(server.received.at(-1)?.headers.get("authorization")).toBeNull();
  });

  test("the model's name may hold colons", async () => {
    expect((await sent({ model: "ollama:llama3.2:3b" }))["model"]).toBe("llama3.2:3b");
  });

  test("tools are functions with their schema", async () => {
    const inputSchema = { type: "object", properties: { x: { type: "string" } } };
    const body = await sent({ tools: [{ name: "look", description: "Look.", inputSchema }] });
    expect(body["tools"]).toEqual([
      {
        type: "function",
        function: { name: "look", description: "Look.", parameters: inputSchema },
      },
    ]);
  });

  test("all settings have their fields", async () => {
    const settings: ModelSettings = {
      temperature: 0,
      maxTokens: 10,
      topP: 0.5,
      stopSequences: ["END"],
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      parallelToolCalls: false,
      thinking: "low",
    };
    expect(await sent({ settings })).toMatchObject({
      temperature: 0,
      max_tokens: 10,
      top_p: 0.5,
      stop: ["END"],
      seed: 7,
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
      parallel_tool_calls: false,
      reasoning_effort: "low",
    });
  });

  test("switches rename fields and leave out the usage option", async () => {
    const body = await sent(
      { settings: { maxTokens: 10, seed: 7 } },
      { maxTokensField: "max_completion_tokens", seedField: "random_seed", streamUsage: false },
    );
    expect(body).toMatchObject({ max_completion_tokens: 10, random_seed: 7 });
    for (const field of ["max_tokens", "seed", "stream_options"])
      expect(body).not.toHaveProperty(field);
  });

  test.each<[ServerSwitches["thinking"], ModelSettings["thinking"], JsonObject]>([
    ["effort", "high", { reasoning_effort: "high" }],
    ["effort-none", "off", { reasoning_effort: "none" }],
    ["effort-toggle", "off", { thinking: { type: "disabled" } }],
    ["reasoning-object", "medium", { reasoning: { effort: "medium" } }],
    ["reasoning-object", "off", { reasoning: { effort: "none" } }],
    ["reasoning-object", { budgetTokens: 900 }, { reasoning: { max_tokens: 900 } }],
  ])("with switch %s thinking %j is sent", async (way, thinking, fields) => {
    expect(
      await sent({ settings: { ...(thinking ? { thinking } : {}) } }, { thinking: way }),
    ).toMatchObject(fields);
  });
});

describe("an output schema", () => {
  const closed: JsonObject = {
    title: "My answer",
    type: "object",
    properties: { n: { type: "number" } },
    required: ["n"],
    additionalProperties: false,
  };

  test("that strict mode takes is strict", async () => {
    expect((await sent({ outputSchema: closed }))["response_format"]).toEqual({
      type: "json_schema",
      json_schema: { name: "My_answer", schema: closed, strict: true },
    });
  });

  test.each<[string, JsonObject]>([
    ["an open object", { type: "object", properties: {} }],
    ["an optional property", { ...closed, required: [] }],
    [
      "an open object below",
      { ...closed, properties: { n: { type: "array", items: { type: "object" } } } },
    ],
    ["an open definition", { ...closed, $defs: { thing: { type: "object" } } }],
    ["an alternative that all must fit", { ...closed, allOf: [{}] }],
  ])("with %s is not strict", async (_, outputSchema) => {
    expect(await sent({ outputSchema })).toMatchObject({
      response_format: { json_schema: { strict: false, schema: outputSchema } },
    });
  });

  test("is never strict where the server is lenient only", async () => {
    const body = await sent({ outputSchema: closed }, { jsonSchema: "lenient" });
    expect(body).toMatchObject({ response_format: { json_schema: { strict: false } } });
  });
});

describe("attachments", () => {
  const image = bytesAttachment("dot.png", "image/png", Uint8Array.of(1, 2, 3));
  const pdf = bytesAttachment("paper.pdf", "application/pdf", Uint8Array.of(4));
  const notes = bytesAttachment("notes.md", "text/markdown", new TextEncoder().encode("# Größe"));

  test("images, PDF and text files go beside the text", async () => {
    const body = await sent({ messages: [user({ kind: "text", text: "See" }, image, pdf, notes)] });
    expect(body["messages"]).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "See" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } },
          {
            type: "file",
            file: { filename: "paper.pdf", file_data: "data:application/pdf;base64,BA==" },
          },
          { type: "text", text: "File notes.md:\n\n# Größe" },
        ],
      },
    ]);
  });

  test("an image's address goes as it is", async () => {
    const url = "https://example.com/dot.png";
    const body = await sent({
      messages: [user({ kind: "attachment-url", mediaType: "image/png", url })],
    });
    expect(body["messages"]).toMatchObject([{ content: [{ image_url: { url } }] }]);
  });

  test.each<[string, ContentPart]>([
    ["a sound", bytesAttachment("a.mp3", "audio/mpeg", Uint8Array.of(1))],
    [
      "a PDF's address",
      { kind: "attachment-url", mediaType: "application/pdf", url: "https://x.test/a.pdf" },
    ],
  ])("%s is refused before anything is sent", async (_, part) => {
    expect((await refusal({ messages: [user(part)] })).reason).toContain(" does not take ");
  });

  test("a PDF goes as a document where the server calls it so", async () => {
    const body = await sent({ messages: [user(pdf)] }, { pdf: "document_url" });
    const document = {
      type: "document_url",
      document_url: "data:application/pdf;base64,BA==",
      document_name: "paper.pdf",
    };
    expect(body["messages"]).toMatchObject([{ content: [document] }]);
  });

  test.each([
    ["an image", image, { images: false }, "it takes PDF and text files"],
    ["a PDF", pdf, { pdf: "none" }, "it takes images and text files"],
    ["an image", image, { images: false, pdf: "none" }, "it takes text files"],
  ] as const)("%s is refused by a server that takes none", async (_, part, switches, takes) => {
    const { reason } = await refusal({ messages: [user(part)] }, switches);
    expect(reason).toContain(`does not take "${part.name}" (${part.mediaType}); ${takes}`);
  });

  test("an image of a tool result follows in a user message after all results", async () => {
    const body = await sent({
      messages: [
        {
          kind: "assistant",
          parts: [
            { kind: "tool-call", id: "a", name: "plot", input: {} },
            { kind: "tool-call", id: "b", name: "plot", input: {} },
          ],
        },
        { kind: "tool", id: "a", name: "plot", content: [image], isError: false },
        {
          kind: "tool",
          id: "b",
          name: "plot",
          content: [{ kind: "text", text: "none" }],
          isError: true,
        },
        user({ kind: "text", text: "And?" }),
      ],
    });
    expect(body["messages"]).toMatchObject([
      { role: "assistant", content: null, tool_calls: [{ id: "a" }, { id: "b" }] },
      { role: "tool", tool_call_id: "a", content: "The result is attached below." },
      { role: "tool", tool_call_id: "b", content: "none" },
      {
        role: "user",
        content: [
          { type: "text", text: "Attached to the result of plot (a):" },
          { type: "image_url" },
        ],
      },
      { role: "user", content: "And?" },
    ]);
  });
});

test("an image of the last tool result follows at the end", async () => {
  const image = bytesAttachment("dot.png", "image/png", Uint8Array.of(1));
  const text = { kind: "text", text: "drawn" } as const;
  const body = await sent({
    messages: [
      { kind: "assistant", parts: [{ kind: "tool-call", id: "a", name: "plot", input: {} }] },
      { kind: "tool", id: "a", name: "plot", content: [text, image], isError: false },
    ],
  });
  expect(body.messages).toMatchObject([
    { role: "assistant" },
    { role: "tool", content: "drawn" },
    { role: "user", content: [{ type: "text" }, { type: "image_url" }] },
  ]);
});

describe("what a server cannot do is refused by name", () => {
  test.each<[string, Partial<ModelRequest>, Partial<ServerSwitches>]>([
    ["top_k", { settings: { topK: 4 } }, {}],
    ["thinking", { settings: { thinking: "low" } }, { thinking: "none" }],
    ["thinking", { settings: { thinking: "off" } }, { thinking: "effort" }],
    ["thinking", { settings: { thinking: { budgetTokens: 5 } } }, { thinking: "effort" }],
    ["output schema", { outputSchema: {} }, { jsonSchema: "none" }],
    ["web_search", { serverTools: [{ type: "web_search" }] }, {}],
  ])("%s in %j", async (name, fields, switches) => {
    const error = await refusal(fields, switches);
    expect(error.reason).toContain(name);
    expect(error.tries.length).toBeGreaterThan(0);
  });
});

test("a tool call's input arrives as it was, whatever JSON it is", async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (value) => {
      const input = JSON.parse(JSON.stringify(value)); // as a model would have sent it
      const parts = [{ kind: "tool-call", id: "a", name: "look", input } as const];
      const body = await sent({ messages: [{ kind: "assistant", parts }] });
      const text = JSON.stringify(body["messages"]);
      const [{ tool_calls: calls }] = JSON.parse(text);
      expect(JSON.parse(calls[0].function.arguments)).toEqual(input);
    }),
    { numRuns: 25 },
  );
});
