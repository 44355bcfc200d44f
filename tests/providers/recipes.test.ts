import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { userText } from "../../src/model/message.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import { type Asked, type AskedServer, ask, askedServer } from "./asked-server.ts";

const PAGE = readFileSync(new URL("../../docs/providers.md", import.meta.url), "utf8");

/** The YAML below each heading of the page that has some. */
const RECIPES = new Map(
  PAGE.split(/^## /m).flatMap((section) => {
    const heading = section.slice(0, section.indexOf("\n"));
    const yaml = /^```yaml\n([\s\S]*?)^```$/m.exec(section)?.[1];
    return yaml === undefined ? [] : [[heading, yaml] as const];
  }),
);

const KEYS = {
  AZURE_OPENAI_API_KEY: "azure-key",
  LITELLM_API_KEY: "litellm-key",
  OPENAI_API_KEY: "openai-key",
  PORTKEY_API_KEY: "portkey-key",
  OLLAMA_PROXY_TOKEN: "proxy-token",
  OPENROUTER_API_KEY: "openrouter-key",
  AWS_BEARER_TOKEN_BEDROCK: "bedrock-key",
  AWS_ACCESS_KEY_ID: "aws-id",
  AWS_SECRET_ACCESS_KEY: "aws-secret",
  VERTEX_ACCESS_TOKEN: "vertex-token",
};

const TOOLS = [
  { name: "look", description: "Look.", inputSchema: { type: "object", properties: {} } },
] as const;

/** What a recipe is tried with: a tool loop whose model thought before it called. */
const REQUEST: Omit<ModelRequest, "model"> = {
  system: "Be brief.",
  messages: [
    userText("Look."),
    {
      kind: "assistant",
      parts: [
        {
          kind: "thinking",
          text: "I look.",
          extra: { wire: "openai-chat", data: { field: "reasoning_content" } },
        },
        { kind: "tool-call", id: "call_1", name: "look", input: {} },
      ],
    },
    {
      kind: "tool",
      id: "call_1",
      name: "look",
      content: [{ kind: "text", text: "Seen." }],
      isError: false,
    },
  ],
  tools: TOOLS,
  serverTools: [],
  settings: { maxTokens: 100 },
};

interface Expected {
  readonly recipe: string;
  readonly model: string;
  readonly settings?: ModelRequest["settings"];
  readonly path: string;
  readonly query?: Asked["query"];
  /** Undefined: the header must not be there. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
  /** Fields that must not be sent. */
  readonly unsent?: readonly string[];
}

const EXPECTED: readonly Expected[] = [
  {
    recipe: "Azure OpenAI: the v1 endpoint",
    model: "azure:my-gpt-5",
    path: "/openai/v1/responses",
    headers: { "api-key": "azure-key", authorization: undefined },
    body: { model: "my-gpt-5", max_output_tokens: 100, stream: true },
  },
  {
    recipe: "Azure OpenAI: a deployment with api-version",
    model: "azure:gpt-5-mini",
    path: "/openai/deployments/YOUR-DEPLOYMENT/chat/completions",
    query: { "api-version": "2024-10-21" },
    headers: { "api-key": "azure-key", authorization: undefined },
    body: {
      max_completion_tokens: 100,
      messages: expect.arrayContaining([{ role: "developer", content: "Be brief." }]),
    },
    unsent: ["max_tokens"],
  },
  {
    recipe: "LiteLLM",
    model: "litellm:bedrock-claude",
    path: "/v1/chat/completions",
    headers: { authorization: "Bearer litellm-key" },
    body: { model: "bedrock-claude", max_tokens: 100, stream: true },
  },
  {
    recipe: "LiteLLM",
    model: "litellm-claude:claude-haiku-4-5",
    path: "/v1/messages",
    headers: { "x-api-key": "litellm-key", "anthropic-version": "2023-06-01" },
    body: { model: "claude-haiku-4-5", max_tokens: 100, stream: true },
  },
  {
    recipe: "Portkey",
    model: "portkey:gpt-4.1",
    path: "/v1/chat/completions",
    headers: { authorization: "Bearer openai-key", "x-portkey-provider": "openai" },
    unsent: ["stream", "stream_options"],
  },
  {
    recipe: "Portkey",
    model: "portkey-hosted:gpt-4.1",
    path: "/v1/chat/completions",
    headers: {
      authorization: undefined,
      "x-portkey-api-key": "portkey-key",
      "x-portkey-config": "YOUR-CONFIG-ID",
    },
    body: { stream: true },
  },
  {
    recipe: "vLLM",
    model: "vllm:Qwen/Qwen3-8B",
    settings: { maxTokens: 100, thinking: "off" },
    path: "/v1/chat/completions",
    headers: { authorization: undefined },
    body: {
      max_tokens: 100,
      chat_template_kwargs: { enable_thinking: false },
      messages: expect.arrayContaining([
        expect.objectContaining({ role: "assistant", reasoning: "I look." }),
      ]),
    },
  },
  {
    recipe: "llama.cpp",
    model: "llama:any",
    settings: { thinking: "high" },
    path: "/v1/chat/completions",
    headers: { authorization: undefined },
    body: { chat_template_kwargs: { enable_thinking: true } },
    unsent: ["tool_choice", "reasoning_effort"],
  },
  {
    recipe: "LM Studio",
    model: "lmstudio:openai/gpt-oss-20b",
    path: "/v1/chat/completions",
    headers: { authorization: undefined },
    body: { model: "openai/gpt-oss-20b", max_tokens: 100 },
  },
  {
    recipe: "LM Studio",
    model: "lmstudio-messages:openai/gpt-oss-20b",
    path: "/v1/messages",
    headers: { "x-api-key": undefined, authorization: undefined },
    body: { model: "openai/gpt-oss-20b", max_tokens: 100 },
  },
  {
    recipe: "Ollama",
    model: "ollama:qwen3",
    settings: { thinking: "off" },
    path: "/v1/chat/completions",
    headers: { authorization: undefined, "x-proxy-token": "proxy-token" },
    body: { reasoning_effort: "none" },
  },
  {
    recipe: "OpenRouter",
    model: "openrouter:openai/gpt-5",
    settings: { maxTokens: 100, thinking: "low" },
    path: "/api/v1/chat/completions",
    headers: {
      authorization: "Bearer openrouter-key",
      "http-referer": "https://app.example.com",
      "x-openrouter-title": "My application",
    },
    body: { reasoning: { effort: "low" } },
  },
  {
    recipe: "Bedrock",
    model: "bedrock:openai.gpt-oss-20b-1:0",
    path: "/openai/v1/chat/completions",
    headers: { authorization: "Bearer bedrock-key" },
    body: { model: "openai.gpt-oss-20b-1:0" },
  },
  {
    recipe: "Bedrock",
    model: "bedrock-portkey:us.anthropic.claude-haiku",
    path: "/v1/chat/completions",
    headers: {
      authorization: undefined,
      "x-portkey-provider": "bedrock",
      "x-portkey-aws-access-key-id": "aws-id",
      "x-portkey-aws-secret-access-key": "aws-secret",
      "x-portkey-aws-region": "us-west-2",
    },
    unsent: ["stream"],
  },
  {
    recipe: "Vertex",
    model: "vertex:google/gemini-2.5-flash",
    path: "/v1/projects/YOUR-PROJECT/locations/us-central1/endpoints/openapi/chat/completions",
    headers: { authorization: "Bearer vertex-token" },
    body: { model: "google/gemini-2.5-flash" },
  },
  {
    recipe: "Vertex",
    model: "vertex-portkey:gemini-2.5-flash",
    path: "/v1/chat/completions",
    headers: {
      authorization: "Bearer vertex-token",
      "x-portkey-provider": "vertex-ai",
      "x-portkey-vertex-project-id": "YOUR-PROJECT",
      "x-portkey-vertex-region": "us-central1",
    },
    unsent: ["stream"],
  },
];

describe("a recipe of docs/providers.md reaches its server as it says", () => {
  let server: AskedServer;
  beforeAll(async () => {
    server = await askedServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("there is no recipe without a check, and no check without a recipe", () => {
    expect([...new Set(EXPECTED.map(({ recipe }) => recipe))]).toEqual([...RECIPES.keys()]);
    for (const [recipe, yaml] of RECIPES) {
      const servers = [...yaml.matchAll(/^ {2}([\w-]+):$/gm)].map(([, name]) => name);
      const asked = EXPECTED.filter((expected) => expected.recipe === recipe);
      expect(asked.map(({ model }) => model.slice(0, model.indexOf(":")))).toEqual(servers);
    }
  });

  test.each(EXPECTED)("$recipe: $model", async (expected) => {
    const { recipe, model, settings = REQUEST.settings } = expected;
    const asked = await ask(
      server,
      { ...REQUEST, model, settings },
      { config: RECIPES.get(recipe) ?? "", env: KEYS },
    );
    expect(asked.path).toBe(expected.path);
    expect(asked.query).toEqual(expected.query ?? {});
    const headers = Object.keys(expected.headers).map((name) => [name, asked.headers[name]]);
    expect(Object.fromEntries(headers)).toEqual(expected.headers);
    expect(asked.body).toMatchObject(expected.body ?? {});
    for (const field of expected.unsent ?? []) expect(asked.body).not.toHaveProperty(field);
  });
});
