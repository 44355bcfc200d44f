import { expect, test } from "vitest";
import type { ModelSettings } from "../../model/request.ts";
import { encodeSettings } from "./encode-settings.ts";

const ENCRYPTED = ["reasoning.encrypted_content"];

function encode(settings: ModelSettings, model = "openai:gpt-4.1") {
  const nothing = { system: "", messages: [], tools: [], serverTools: [] };
  return encodeSettings({ model, settings, ...nothing });
}

test("settings go out under the wire's names", () => {
  const settings = { temperature: 0, topP: 0.5, maxTokens: 9, parallelToolCalls: false };
  expect(encode(settings)).toEqual({
    temperature: 0,
    top_p: 0.5,
    max_output_tokens: 9,
    parallel_tool_calls: false,
  });
});

test.each([
  [{ topK: 1 }, "settings.top_k"],
  [{ stopSequences: [] }, "settings.stop_sequences"],
  [{ seed: 0 }, "settings.seed"],
  [{ presencePenalty: 0 }, "settings.presence_penalty"],
  [{ frequencyPenalty: 0 }, "settings.frequency_penalty"],
  [{ thinking: { budgetTokens: 1024 } }, "settings.thinking.budget_tokens"],
])("%j is refused by its name in a worker file", (settings, name) => {
  expect(() => encode(settings)).toThrow(
    expect.objectContaining({ code: "configuration", reason: `openai does not take ${name}` }),
  );
});

test.each([
  ["gpt-5", undefined, { include: ENCRYPTED }],
  ["gpt-5", "off", { include: ENCRYPTED, reasoning: { effort: "none" } }],
  ["gpt-5", "high", { include: ENCRYPTED, reasoning: { effort: "high" } }],
  ["gpt-4.1", undefined, {}],
  ["gpt-4.1", "off", {}],
  ["my-deployment", "low", { include: ENCRYPTED, reasoning: { effort: "low" } }],
] as const)("%s with thinking %s", (name, thinking, expected) => {
  const settings = thinking === undefined ? {} : { thinking };
  expect(encode(settings, `openai:${name}`)).toEqual(expected);
});
