import { expect, test } from "vitest";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { checkModelName, readModelNames } from "./model-names.ts";

const KNOWN = { env: {}, providers: {}, used: new Set(["anthropic:claude-hiaku-4-5x"]) };

function refusal(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (isLlmDoError(error)) return error.report();
    throw error;
  }
}

test.each([
  "anthropic:claude-haiku-4-5",
  "anthropic:claude-haiku-4-5-20251001",
  "anthropic:claude-haiku-9-1",
  "openai:gpt-7",
  "openai:brand-new-thing",
  "ollama:qwen3:8b",
  "test",
  "script:answers.yaml",
  // It is misspelt, and a worker names it.
  "anthropic:claude-hiaku-4-5x",
])("takes %s", (model) => {
  expect(refusal(() => checkModelName(model, KNOWN))).toBeUndefined();
});

test.each([
  ["anthropic:claude-hiaku-4-5", "write anthropic:claude-haiku-4-5"],
  ["openai:gtp-5-mini", "write openai:gpt-5-mini"],
  ["antropic:claude-haiku-4-5", 'write "anthropic:claude-haiku-4-5"'],
  ["claude-haiku-4-5", "write anthropic:claude-haiku-4-5"],
  ["nobody:x", 'there is no provider "nobody"'],
  ["gpt", "names no provider"],
])("refuses %s", (model, tries) => {
  expect(refusal(() => checkModelName(model, KNOWN))).toContain(tries);
});

test("names stand between commas, each once", () => {
  expect(readModelNames(" a:b, c:d,,a:b ")).toEqual(["a:b", "c:d"]);
  expect(refusal(() => readModelNames(" , "))).toContain("no model is named");
});
