import { expect, test } from "vitest";
import type { ServerTool, ToolDefinition } from "../../model/request.ts";
import { DEFAULT_SWITCHES } from "../wire/server-switches.ts";
import { encodeOutputSchema, encodeTools } from "./encode-request.ts";

function encode(serverTools: readonly ServerTool[], tools: readonly ToolDefinition[] = []) {
  const model = "openai:gpt-4.1";
  return encodeTools({ model, system: "", messages: [], tools, serverTools, settings: {} });
}

test("without tools nothing is said of tools", () => {
  expect(encode([])).toEqual({});
});

test("a tool is a function that is not strict", () => {
  const inputSchema = { type: "object" };
  expect(encode([], [{ name: "look", description: "", inputSchema }])).toEqual({
    tools: [{ type: "function", name: "look", parameters: inputSchema, strict: false }],
  });
});

test("a tool is strict where the server wants it and the schema allows it", () => {
  const inputSchema = { type: "object", properties: { a: { type: "string" } }, required: ["a"] };
  const tool = { name: "look", description: "", inputSchema };
  const request = { model: "openai:gpt-4.1", system: "", messages: [], settings: {} };
  const encoded = (tools: readonly ToolDefinition[]) =>
    encodeTools({ ...request, tools, serverTools: [] }, { ...DEFAULT_SWITCHES, strictTools: true });
  expect(encoded([tool, { ...tool, inputSchema: { ...inputSchema, required: [] } }])).toMatchObject(
    {
      tools: [
        { strict: true, parameters: { ...inputSchema, additionalProperties: false } },
        { strict: false, parameters: { ...inputSchema, required: [] } },
      ],
    },
  );
});

test("server tools go out under the wire's names, before them the project's own", () => {
  const own = { name: "look", description: "Looks.", inputSchema: {} };
  const { tools } = encode(
    [
      { type: "web_search", allowedDomains: ["a.test"] },
      { type: "code_execution" },
      { type: "image_generation" },
    ],
    [own],
  );
  expect(tools).toEqual([
    { type: "function", name: "look", description: "Looks.", parameters: {}, strict: false },
    { type: "web_search", filters: { allowed_domains: ["a.test"] } },
    { type: "code_interpreter", container: { type: "auto" } },
    { type: "image_generation" },
  ]);
});

test("the only server tool may have a greatest number of uses", () => {
  expect(encode([{ type: "web_search", maxUses: 3 }])).toEqual({
    tools: [{ type: "web_search" }],
    max_tool_calls: 3,
  });
});

test.each<[string, ServerTool[]]>([
  ["max_uses beside another", [{ type: "web_search", maxUses: 3 }, { type: "code_execution" }]],
  ["blocked_domains", [{ type: "web_search", blockedDomains: ["a.test"] }]],
  ["allowed_domains for code_execution", [{ type: "code_execution", allowedDomains: ["a.test"] }]],
  ["web_fetch", [{ type: "web_fetch" }]],
])("%s is refused", (name, serverTools) => {
  expect(() => encode(serverTools)).toThrow(
    expect.objectContaining({ code: "configuration", reason: expect.stringContaining(name) }),
  );
});

test("a schema is named by its title where that is a name", () => {
  const strict = { type: "object", properties: {}, required: [], additionalProperties: false };
  const named = { ...strict, title: "Pitch_1" };
  expect(encodeOutputSchema(named)).toEqual({
    format: { type: "json_schema", name: "Pitch_1", schema: named, strict: true },
  });
  const worded = { type: "object", title: "A pitch" };
  expect(encodeOutputSchema(worded)).toEqual({
    format: { type: "json_schema", name: "answer", schema: worded, strict: false },
  });
});
