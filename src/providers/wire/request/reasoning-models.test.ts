import { expect, test } from "vitest";
import { isReasoningModel } from "./reasoning-models.ts";

test.each([
  "o1",
  "o3-pro-2025-06-10",
  "o4-mini",
  "gpt-5",
  "gpt-5.4-mini",
  "gpt-5.1-codex-max",
  "gpt-6-astra",
  "gpt-6.1-sol",
  "codex-mini-latest",
  "openai/gpt-5-nano",
  "ft:o4-mini:team::1",
])("%s thinks", (name) => {
  expect(isReasoningModel(name)).toBe(true);
});

test.each([
  "gpt-4.1",
  "gpt-4o-mini",
  "gpt-35-turbo",
  "gpt-50",
  "gpt-5-chat-latest",
  "gpt-5.2-chat-latest",
  "chatgpt-4o-latest",
  "openai/gpt-oss-20b",
  "ollama-model",
  "",
])("%s is not taken for one that thinks", (name) => {
  expect(isReasoningModel(name)).toBe(false);
});
