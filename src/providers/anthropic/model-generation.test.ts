import { expect, test } from "vitest";
import { takesOutputSchema, thinksAdaptively } from "./model-generation.ts";

test.each([
  ["anthropic:claude-haiku-4-5", false],
  ["anthropic:claude-haiku-4-5-20251001", false],
  ["anthropic:claude-sonnet-4-20250514", false],
  ["anthropic:claude-sonnet-4-0", false],
  ["anthropic:claude-3-7-sonnet-20250219", false],
  ["anthropic:claude-3-5-haiku-latest", false],
  ["anthropic:claude-opus-4-6", true],
  ["anthropic:claude-sonnet-4-10", true],
  ["anthropic:claude-sonnet-5", true],
  ["anthropic:claude-opus-5-5-20260901", true],
  ["anthropic:claude-mythos-preview", true],
  ["router:anthropic/claude-sonnet-4.6", true],
  ["router:anthropic/claude-sonnet-4.5", false],
  ["cloud:anthropic.claude-opus-4-7", true],
  ["other:kimi-k2-thinking", false],
  ["claude-opus-4-8", true],
])("%s thinks adaptively: %s", (model, adaptively) => {
  expect(thinksAdaptively(model)).toBe(adaptively);
});

test.each([
  ["anthropic:claude-haiku-4-5-20251001", true],
  ["anthropic:claude-sonnet-4-20250514", false],
  ["anthropic:claude-3-7-sonnet-20250219", false],
  ["anthropic:claude-opus-5", true],
  ["other:kimi-k2", false],
])("%s takes an output schema: %s", (model, takes) => {
  expect(takesOutputSchema(model)).toBe(takes);
});
