import { expect, test } from "vitest";
import { conversation, saidBytes } from "../../bench/conversation.ts";
import { packagesOf, unwantedOf } from "../../bench/loaded-packages.ts";

test("said bytes count the prompt, the answers, the tool inputs and outputs, each once, in UTF-8", () => {
  const turn = { text: "é", toolCallId: "x", toolInput: { path: "p", line: 1 }, toolOutput: "abc" };
  const said = { system: "not counted", prompt: "ü", turns: [turn, turn], lastAnswer: "end" };
  const call = '{"id":"x","name":"read_file","input":{"path":"p","line":1}}';
  expect(saidBytes(said)).toBe(2 + 2 * (2 + call.length + '{"id":"x"}'.length + 3) + 3);
});

test("a conversation has turns of the size and the lines that were asked for", () => {
  const { turns } = conversation({ turnCount: 20, turnBytes: 1500, lineBytes: 40 });
  expect(turns).toHaveLength(20);
  for (const { text, toolOutput } of turns) {
    expect(Math.abs(text.length + toolOutput.length - 1500)).toBeLessThan(40);
    const longest = Math.max(...toolOutput.split("\n").map((line) => line.length));
    expect(longest).toBeLessThan(60);
  }
});

test("every turn of a conversation reads another file", () => {
  const { turns } = conversation({ turnCount: 500, turnBytes: 100, lineBytes: 40 });
  expect(new Set(turns.map((turn) => turn.toolInput.path)).size).toBe(500);
});

test("SDKs in the bundle are told by the names of their files", () => {
  const packages = packagesOf([
    "file:///p/node_modules/llm-do/dist/chunks/openai-sdk-Btssubh1.js",
    "file:///p/dist/chunks/mcp-client-sdk-a_-1.js",
    "file:///p/dist/chunks/run-a.js",
  ]);
  expect(packages).toContain("openai-sdk");
  expect(unwantedOf(packages)).toEqual(["mcp-client-sdk", "openai-sdk"]);
});

test("packages are told by the innermost node_modules of an address", () => {
  const packages = packagesOf([
    "file:///p/dist/bin/llm-do.js",
    "file:///p/node_modules/@anthropic-ai/sdk/index.mjs",
    "file:///p/node_modules/a/node_modules/openai/index.js",
    "file:///p/node_modules/yaml/dist/a.js",
    "file:///p/node_modules/yaml/dist/b.js",
  ]);
  expect(packages).toEqual(["@anthropic-ai/sdk", "openai", "yaml"]);
  expect(unwantedOf(packages)).toEqual(["@anthropic-ai/sdk", "openai"]);
});
