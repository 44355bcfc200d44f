import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/model/json.ts";
import {
  type AnswerPart,
  bytesAttachment,
  type Message,
  userText,
} from "../../src/model/message.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import { SWITCH_KEYS } from "../../src/providers/table/server-switch-keys.ts";
import { type AskedServer, ask, askedServer } from "./asked-server.ts";

/** Switches that are tested with the settings that they are about. */
const TESTED_ELSEWHERE = ["cache_marks", "tool_choice", "user_field"];

const STRICT = {
  type: "object",
  properties: { a: { type: "integer" } },
  required: ["a"],
  additionalProperties: false,
} as const;

const LOOSE = { type: "object", properties: { a: { type: "integer" } } } as const;

/** A property's name that not every API takes. */
const TOOLS_WITH_SIGN = [
  {
    name: "odata",
    description: "Look.",
    inputSchema: { type: "object", properties: { $top: { type: "integer" } } },
  },
];

const TOOLS = [
  { name: "exact", description: "Look.", inputSchema: STRICT },
  { name: "loose", description: "Look.", inputSchema: LOOSE },
] as const;

const thought = (wire: string, data: JsonObject): AnswerPart => ({
  kind: "thinking",
  text: "Hm.",
  extra: { wire, data },
});

function loop(...parts: readonly AnswerPart[]): readonly Message[] {
  return [
    userText("Look."),
    {
      kind: "assistant",
      parts: [...parts, { kind: "tool-call", id: "call_1", name: "loose", input: {} }],
    },
    {
      kind: "tool",
      id: "call_1",
      name: "loose",
      content: [{ kind: "text", text: "Seen." }],
      isError: false,
    },
  ];
}

const IMAGE = bytesAttachment("a.png", "image/png", new Uint8Array([1]));
const PDF = bytesAttachment("a.pdf", "application/pdf", new Uint8Array([1]));
const attached = (file: typeof IMAGE): Partial<ModelRequest> => ({
  messages: [{ kind: "user", content: [file, { kind: "text", text: "Read." }] }],
});

/** Stands for a field that must not be sent. */
const UNSENT = Symbol("unsent");

interface Case {
  /** `key: value`, or nothing for the defaults. */
  readonly says: string;
  readonly wire?: "anthropic" | "openai-responses" | "openai-chat";
  readonly name?: string;
  readonly request: Partial<ModelRequest>;
  readonly sends: Readonly<Record<string, unknown>>;
}

const CASES: readonly Case[] = [
  {
    says: "",
    request: { settings: { maxTokens: 9 } },
    sends: { max_tokens: 9, max_completion_tokens: UNSENT },
  },
  ...["gpt-5-mini", "o1", "o3-pro", "o4-mini", "openai/gpt-5", "gpt-5-chat-latest"].map((name) => ({
    says: "",
    name,
    request: { settings: { maxTokens: 9 } },
    sends: { max_tokens: UNSENT, max_completion_tokens: 9 },
  })),
  ...["gpt-4.1", "gpt-oss-20b", "openai/gpt-oss-120b", "o", "qwen3"].map((name) => ({
    says: "",
    name,
    request: { settings: { maxTokens: 9 } },
    sends: { max_tokens: 9, max_completion_tokens: UNSENT },
  })),
  {
    says: "max_tokens_field: max_tokens",
    name: "gpt-5",
    request: { settings: { maxTokens: 9 } },
    sends: { max_tokens: 9, max_completion_tokens: UNSENT },
  },
  {
    says: "max_tokens_field: max_completion_tokens",
    request: { settings: { maxTokens: 9 } },
    sends: { max_tokens: UNSENT, max_completion_tokens: 9 },
  },
  {
    says: "seed_field: random_seed",
    request: { settings: { seed: 3 } },
    sends: { seed: UNSENT, random_seed: 3 },
  },
  { says: "", request: {}, sends: { stream: true, stream_options: { include_usage: true } } },
  { says: "stream_usage: false", request: {}, sends: { stream: true, stream_options: UNSENT } },
  { says: "stream: false", request: {}, sends: { stream: UNSENT, stream_options: UNSENT } },
  { says: "stream: no", wire: "anthropic", request: {}, sends: { stream: UNSENT } },
  { says: "stream: false", wire: "openai-responses", request: {}, sends: { stream: UNSENT } },
  {
    says: "json_schema: strict",
    request: { outputSchema: STRICT },
    sends: { response_format: { json_schema: { strict: true } } },
  },
  {
    says: "json_schema: lenient",
    request: { outputSchema: STRICT },
    sends: { response_format: { json_schema: { strict: false, schema: STRICT } } },
  },
  {
    says: "json_schema: lenient",
    wire: "openai-responses",
    request: { outputSchema: STRICT },
    sends: { text: { format: { strict: false, schema: STRICT } } },
  },
  {
    says: "json_schema: none",
    request: { outputSchema: STRICT },
    sends: { response_format: UNSENT, tools: [{ function: { name: "final_answer" } }] },
  },
  {
    says: "json_schema: none",
    wire: "openai-responses",
    request: { outputSchema: STRICT },
    sends: { text: UNSENT, tools: [{ name: "final_answer" }] },
  },
  {
    says: "json_schema: none",
    wire: "anthropic",
    name: "claude-haiku-4-5",
    request: { outputSchema: STRICT },
    sends: { output_config: UNSENT, tools: [{ name: "final_answer" }] },
  },
  {
    says: "thinking: effort",
    request: { settings: { thinking: "low" } },
    sends: { reasoning_effort: "low" },
  },
  {
    says: "thinking: effort-none",
    request: { settings: { thinking: "off" } },
    sends: { reasoning_effort: "none" },
  },
  {
    says: "thinking: effort-toggle",
    request: { settings: { thinking: "off" } },
    sends: { thinking: { type: "disabled" } },
  },
  {
    says: "thinking: reasoning-object",
    request: { settings: { thinking: { budgetTokens: 5 } } },
    sends: { reasoning: { max_tokens: 5 } },
  },
  {
    says: "thinking: chat-template",
    request: { settings: { thinking: "off" } },
    sends: { chat_template_kwargs: { enable_thinking: false }, reasoning_effort: UNSENT },
  },
  {
    says: "thinking: chat-template",
    request: { settings: { thinking: "medium" } },
    sends: { chat_template_kwargs: { enable_thinking: true }, reasoning_effort: UNSENT },
  },
  {
    says: "images: true",
    request: attached(IMAGE),
    sends: { messages: [{ content: [{ type: "image_url" }, { type: "text" }] }] },
  },
  {
    says: "pdf: document_url",
    request: attached(PDF),
    sends: { messages: [{ content: [{ type: "document_url" }, { type: "text" }] }] },
  },
  {
    says: "system_role: system",
    request: { system: "Be brief.", messages: [userText("Hi.")] },
    sends: { messages: [{ role: "system", content: "Be brief." }, { role: "user" }] },
  },
  {
    says: "system_role: developer",
    request: { system: "Be brief.", messages: [userText("Hi.")] },
    sends: { messages: [{ role: "developer", content: "Be brief." }, { role: "user" }] },
  },
  {
    says: "system_role: user",
    request: { system: "Be brief.", messages: [userText("Hi.")] },
    sends: { messages: [{ role: "user", content: "Be brief.\n\nHi." }] },
  },
  {
    says: "system_role: user",
    request: { system: "Be brief.", ...attached(IMAGE) },
    sends: {
      messages: [
        {
          role: "user",
          content: [{ text: "Be brief." }, { type: "image_url" }, { text: "Read." }],
        },
      ],
    },
  },
  {
    says: "system_role: user",
    request: { messages: [userText("Hi."), userText("There.")] },
    sends: { messages: [{ content: "Hi." }, { content: "There." }] },
  },
  {
    says: "schemas: openai",
    request: { tools: TOOLS_WITH_SIGN },
    sends: { tools: [{ function: { parameters: { properties: { $top: {} } } } }] },
  },
  {
    says: "schemas: compatible",
    request: { tools: TOOLS_WITH_SIGN },
    sends: { tools: [{ function: { parameters: { properties: { $top: UNSENT } } } }] },
  },
  {
    says: "strict_tools: true",
    request: { tools: TOOLS },
    sends: { tools: [{ function: { strict: true } }, { function: { strict: UNSENT } }] },
  },
  {
    says: "strict_tools: false",
    request: { tools: TOOLS },
    sends: { tools: [{ function: { strict: UNSENT } }, { function: { strict: UNSENT } }] },
  },
  {
    says: "strict_tools: true",
    wire: "openai-responses",
    request: { tools: TOOLS },
    sends: { tools: [{ strict: true }, { strict: false }] },
  },
  {
    says: "reasoning_echo: same-field",
    request: { messages: loop(thought("openai-chat", { field: "reasoning_content" })) },
    sends: { messages: [{}, { reasoning_content: "Hm." }, {}] },
  },
  {
    says: "reasoning_echo: reasoning",
    request: { messages: loop(thought("openai-chat", { field: "reasoning_content" })) },
    sends: {
      messages: [{}, { reasoning: "Hm.", reasoning_content: UNSENT }, {}],
    },
  },
  {
    says: "reasoning_echo: reasoning_content",
    request: {
      messages: loop(thought("openai-chat", { field: "content", block: { type: "thinking" } })),
    },
    sends: { messages: [{}, { reasoning_content: "Hm.", content: null }, {}] },
  },
  {
    says: "reasoning_echo: reasoning",
    request: { messages: loop(thought("anthropic", { signature: "s" })) },
    sends: { messages: [{}, { reasoning: UNSENT }, {}] },
  },
  {
    says: "reasoning_echo: never",
    request: { messages: loop(thought("openai-chat", { field: "reasoning" })) },
    sends: { messages: [{}, { reasoning: UNSENT, content: null }, {}] },
  },
  {
    says: "reasoning_echo: never",
    wire: "anthropic",
    request: {
      messages: loop(thought("anthropic", { signature: "s" }), {
        kind: "opaque",
        extra: { wire: "anthropic", data: { type: "redacted_thinking", data: "x" } },
      }),
    },
    sends: { messages: [{}, { content: [{ type: "tool_use" }] }, {}] },
  },
  {
    says: "reasoning_echo: never",
    wire: "openai-responses",
    name: "gpt-5",
    request: {
      messages: loop(
        thought("openai-responses", { type: "reasoning", id: "rs", encrypted_content: "x" }),
      ),
    },
    sends: {
      include: UNSENT,
      input: [{ role: "user" }, { type: "function_call" }, { type: "function_call_output" }],
    },
  },
  {
    says: "reasoning_echo: never",
    request: {
      messages: [
        userText("Hi."),
        { kind: "assistant", parts: [thought("openai-chat", { field: "reasoning" })] },
        userText("Go on."),
      ],
    },
    sends: { messages: [{ content: [{ text: "Hi." }, { text: "Go on." }] }] },
  },
  {
    says: "strict_roles: false",
    request: { messages: [...loop(), userText("And?")] },
    sends: { messages: [{}, {}, { role: "tool" }, { role: "user", content: "And?" }] },
  },
  {
    says: "strict_roles: true",
    request: { messages: [...loop(), userText("And?")] },
    sends: {
      messages: [
        {},
        {},
        { role: "tool" },
        { role: "assistant" },
        { role: "user", content: "And?" },
      ],
    },
  },
  {
    says: "call_ids: 40-characters",
    request: { messages: loop() },
    sends: { messages: [{}, { tool_calls: [{ id: "call_1" }] }, { tool_call_id: "call_1" }] },
  },
  {
    says: "call_ids: any",
    request: { messages: loop() },
    sends: { messages: [{}, { tool_calls: [{ id: "call_1" }] }, { tool_call_id: "call_1" }] },
  },
  {
    says: "call_ids: 9-alphanumeric",
    request: { messages: loop() },
    sends: {
      messages: [
        {},
        { tool_calls: [{ id: expect.stringMatching(/^[a-z0-9]{9}$/) }] },
        { tool_call_id: expect.stringMatching(/^[a-z0-9]{9}$/) },
      ],
    },
  },
];

/** Each field that is named must be as it is said; lists must be whole. */
function expectSent(sent: unknown, expected: unknown, path: string): void {
  if (expected === UNSENT) expect(sent, path).toBeUndefined();
  else if (Array.isArray(expected)) {
    expect(sent, path).toHaveLength(expected.length);
    for (const [index, item] of expected.entries()) {
      expectSent((sent as unknown[])[index], item, `${path}[${index}]`);
    }
  } else if (Object.getPrototypeOf(expected ?? 0) === Object.prototype) {
    for (const [field, value] of Object.entries(expected as object)) {
      expectSent((sent as JsonObject | undefined)?.[field], value, `${path}.${field}`);
    }
  } else expect(sent, path).toEqual(expected);
}

describe("a switch of a server changes what it is sent", () => {
  let server: AskedServer;
  beforeAll(async () => {
    server = await askedServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  function bodyOf({ says, wire = "openai-chat", name = "m", request }: Omit<Case, "sends">) {
    const base = wire === "anthropic" ? "http://own.test" : "http://own.test/v1";
    const config = `providers:\n  own:\n    wire: ${wire}\n    base_url: ${base}\n    ${says}\n`;
    return ask(
      server,
      { messages: [userText("Hi.")], ...request, model: `own:${name}` },
      { config },
    );
  }

  test("every switch is tried", () => {
    const tried = new Set(CASES.map(({ says }) => says.replace(/:.*/, "")).filter(Boolean));
    expect([...tried, ...TESTED_ELSEWHERE].toSorted()).toEqual(Object.keys(SWITCH_KEYS).toSorted());
  });

  test.each(CASES.map((each) => ({ wire: "openai-chat" as const, name: "m", ...each })))(
    "$wire:$name $says",
    async (tried) => {
      const { body } = await bodyOf(tried);
      expectSent(body, tried.sends, "body");
    },
  );

  test("an id of a call is the same in the call and in its result", async () => {
    const { body } = await bodyOf({
      says: "call_ids: 9-alphanumeric",
      request: { messages: loop() },
    });
    const [, call, result] = body["messages"] as { tool_calls: { id: string }[] }[];
    expect(result).toMatchObject({ tool_call_id: call?.tool_calls[0]?.id });
  });

  test.each([
    ["images: false", attached(IMAGE)],
    ["pdf: none", attached(PDF)],
    ["thinking: none", { settings: { thinking: "low" } }],
    ["thinking: effort", { settings: { thinking: "off" } }],
    ["thinking: chat-template", { settings: { thinking: { budgetTokens: 5 } } }],
  ] as const)("%s refuses before anything is sent", async (says, request) => {
    const before = server.asked.length;
    await expect(bodyOf({ says, request })).rejects.toMatchObject({ code: "configuration" });
    expect(server.asked).toHaveLength(before);
  });
});
