import { describe, expect, test } from "vitest";
import { bytesAttachment, type ContentPart, userText } from "../../model/message.ts";
import type { ModelRequest, ModelSettings } from "../../model/request.ts";
import { encodeRequest } from "./encode-request.ts";

const plain: ModelRequest = {
  model: "anthropic:claude-haiku-4-5",
  system: "",
  messages: [userText("hi")],
  tools: [],
  serverTools: [],
  settings: {},
};
const adaptive = "anthropic:claude-sonnet-5";

function withSettings(settings: ModelSettings, model = plain.model) {
  return encodeRequest({ ...plain, model, settings });
}

test("the least request says nothing that nobody asked for", () => {
  expect(encodeRequest(plain)).toEqual({
    model: "claude-haiku-4-5",
    max_tokens: 32_000,
    stream: true,
    messages: [{ role: "user", content: [{ type: "text", text: "hi" }] }],
  });
});

test("instructions, tools, schema and settings have their fields", () => {
  const inputSchema = { type: "object", properties: { path: { type: "string" } } };
  const body = encodeRequest({
    ...plain,
    system: "Be brief.",
    tools: [{ name: "look", description: "Looks.", inputSchema }],
    settings: {
      maxTokens: 100,
      temperature: 0,
      topP: 0.5,
      topK: 3,
      stopSequences: ["END"],
      parallelToolCalls: false,
    },
    outputSchema: { type: "object", properties: { n: { type: "integer", minimum: 1 } } },
  });
  expect(body).toMatchObject({
    system: "Be brief.",
    tools: [{ name: "look", description: "Looks.", input_schema: inputSchema }],
    max_tokens: 100,
    temperature: 0,
    top_p: 0.5,
    top_k: 3,
    stop_sequences: ["END"],
    tool_choice: { type: "auto", disable_parallel_tool_use: true },
  });
  // The wire does not enforce a minimum, so it becomes a hint for the model.
  expect(body.output_config?.format).toEqual({
    type: "json_schema",
    schema: {
      type: "object",
      properties: { n: { type: "integer", description: "{minimum: 1}" } },
      additionalProperties: false,
    },
  });
});

test("without tools there is no tool choice", () => {
  expect(withSettings({ parallelToolCalls: false })).not.toHaveProperty("tool_choice");
});

describe("thinking", () => {
  test.each<[string, ModelSettings, object]>([
    [plain.model, { thinking: "off" }, { thinking: { type: "disabled" } }],
    [
      plain.model,
      { thinking: "low" },
      { thinking: { type: "enabled", budget_tokens: 1024 }, max_tokens: 32_000 },
    ],
    [
      plain.model,
      { thinking: "high" },
      { thinking: { type: "enabled", budget_tokens: 16_000 }, max_tokens: 32_000 },
    ],
    [
      plain.model,
      { thinking: "high", maxTokens: 5000 },
      { thinking: { type: "enabled", budget_tokens: 2500 }, max_tokens: 5000 },
    ],
    [
      plain.model,
      { thinking: { budgetTokens: 40_000 } },
      { thinking: { type: "enabled", budget_tokens: 40_000 }, max_tokens: 48_192 },
    ],
    [
      adaptive,
      { thinking: "medium" },
      {
        thinking: { type: "adaptive", display: "summarized" },
        output_config: { effort: "medium" },
      },
    ],
    [
      adaptive,
      { thinking: { budgetTokens: 2000 } },
      { thinking: { type: "enabled", budget_tokens: 2000 } },
    ],
  ])("%s with %j", (model, settings, expected) => {
    expect(withSettings(settings, model)).toMatchObject(expected);
  });

  test("off allows a temperature", () => {
    expect(withSettings({ thinking: "off", temperature: 1 })).toHaveProperty("temperature", 1);
  });
});

describe("what the wire does not take is refused by name", () => {
  test.each<[ModelSettings, string]>([
    [{ seed: 1 }, "settings.seed"],
    [{ presencePenalty: 1 }, "settings.presence_penalty"],
    [{ frequencyPenalty: 1 }, "settings.frequency_penalty"],
    [{ thinking: "low", temperature: 0 }, "settings.temperature together with thinking"],
    [{ thinking: { budgetTokens: 2000 }, topP: 0.94 }, "settings.top_p together with thinking"],
    [{ thinking: "high", topK: 1 }, "settings.top_k together with thinking"],
    [{ thinking: { budgetTokens: 10 } }, "a thinking budget of 10 tokens"],
    [
      { thinking: { budgetTokens: 2000 }, maxTokens: 2000 },
      "a thinking budget of 2000 tokens within 2000 in all",
    ],
    [{ thinking: "low", maxTokens: 500 }, "a thinking budget of 1024 tokens within 500 in all"],
  ])("%j", (settings, what) => {
    expect(() => withSettings(settings)).toThrow(
      expect.objectContaining({
        code: "configuration",
        message: `Failed to ask "${plain.model}": anthropic does not take ${what}`,
      }),
    );
  });

  test("a schema without a type", () => {
    expect(() => encodeRequest({ ...plain, outputSchema: {} })).toThrow(
      expect.objectContaining({ code: "configuration" }),
    );
  });
});

describe("server tools", () => {
  test("web tools carry their limits", () => {
    const body = encodeRequest({
      ...plain,
      serverTools: [
        { type: "web_search", maxUses: 3, allowedDomains: ["a.example"] },
        { type: "web_fetch", blockedDomains: ["b.example"] },
        { type: "code_execution" },
      ],
    });
    expect(body.tools).toEqual([
      {
        type: "web_search_20250305",
        name: "web_search",
        max_uses: 3,
        allowed_domains: ["a.example"],
      },
      { type: "web_fetch_20250910", name: "web_fetch", blocked_domains: ["b.example"] },
      { type: "code_execution_20250825", name: "code_execution" },
    ]);
  });

  test.each([
    [{ type: "image_generation" }, "the server tool image_generation"],
    [{ type: "code_execution", maxUses: 1 }, "limits for the server tool code_execution"],
    [
      { type: "web_search", allowedDomains: ["a"], blockedDomains: ["b"] },
      "both allowed and blocked domains for the server tool web_search",
    ],
  ] as const)("%j is refused", (tool, what) => {
    expect(() => encodeRequest({ ...plain, serverTools: [tool] })).toThrow(
      expect.objectContaining({ code: "configuration", reason: `anthropic does not take ${what}` }),
    );
  });
});

describe("attachments", () => {
  const bytes = new TextEncoder().encode("grün");
  const encoded = Buffer.from(bytes).toString("base64");

  function block(part: ContentPart): unknown {
    const { messages } = encodeRequest({ ...plain, messages: [{ kind: "user", content: [part] }] });
    return messages[0]?.content[0];
  }

  test.each(["image/png", "image/jpeg", "image/gif", "image/webp"])("%s", (mediaType) => {
    expect(block(bytesAttachment("p", mediaType, bytes))).toEqual({
      type: "image",
      source: { type: "base64", media_type: mediaType, data: encoded },
    });
  });

  test("a PDF is a document under its name", () => {
    expect(block(bytesAttachment("a.pdf", "application/pdf", bytes))).toEqual({
      type: "document",
      source: { type: "base64", media_type: "application/pdf", data: encoded },
      title: "a.pdf",
    });
  });

  test.each(["text/plain", "text/markdown; charset=utf-8"])("%s is a text document", (type) => {
    expect(block(bytesAttachment("a.md", type, bytes))).toEqual({
      type: "document",
      source: { type: "text", media_type: "text/plain", data: "grün" },
      title: "a.md",
    });
  });

  test("a URL is fetched by the provider", () => {
    const url = "https://files.example/a";
    const at = (mediaType: string) => block({ kind: "attachment-url", mediaType, url });
    expect(at("image/png")).toEqual({ type: "image", source: { type: "url", url } });
    expect(at("application/pdf")).toEqual({ type: "document", source: { type: "url", url } });
  });

  const ALL = "it takes PDF, images (PNG, JPEG, GIF, WebP) and text files";

  test.each<[ContentPart, string]>([
    [bytesAttachment("a.zip", "application/zip", bytes), `"a.zip" (application/zip); ${ALL}`],
    [bytesAttachment("a.tiff", "image/tiff", bytes), `"a.tiff" (image/tiff); ${ALL}`],
    [
      { kind: "attachment-url", mediaType: "text/plain", url: "https://files.example/t" },
      "https://files.example/t (text/plain) by its address; it takes PDF and images",
    ],
  ])("another type is refused by name, with what is taken", (part, what) => {
    expect(() => block(part)).toThrow(
      expect.objectContaining({
        code: "configuration",
        reason: `anthropic does not take ${what}`,
      }),
    );
  });
});
