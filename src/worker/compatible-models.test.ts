import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isCompatibleModel } from "./compatible-models.ts";

describe("isCompatibleModel", () => {
  test.each([
    ["anthropic:*", "anthropic:claude-haiku-4-5", true],
    ["anthropic:*", "openai:gpt-4o", false],
    ["anthropic:claude", "anthropic:claude-haiku-4-5", false],
    ["*:*haiku*", "Anthropic:Claude-HAIKU-4-5", true],
    ["openrouter:*", "openrouter:meta/llama", true],
    ["openai:gpt-?", "openai:gpt-5", true],
    ["openai:gpt-?", "openai:gpt-", false],
    ["*", "", true],
    ["?", "", false],
    ["a.c", "abc", false],
    ["*ab", "aab", true],
  ])("%s against %s is %s", (pattern, model, expected) => {
    expect(isCompatibleModel([pattern], model)).toBe(expected);
  });

  test("one fitting pattern of several is enough, and none fits nothing", () => {
    expect(isCompatibleModel(["openai:*", "anthropic:*"], "anthropic:x")).toBe(true);
    expect(isCompatibleModel([], "anthropic:x")).toBe(false);
  });

  test("agrees with the regular expression that a pattern stands for", () => {
    const glob = fc.array(fc.constantFrom("a", "b", "*", "?"), { maxLength: 6 });
    const name = fc.array(fc.constantFrom("a", "b"), { maxLength: 8 });
    fc.assert(
      fc.property(glob, name, (pattern, letters) => {
        const source = pattern.join("").replaceAll("*", ".*").replaceAll("?", ".");
        const expected = new RegExp(`^${source}$`).test(letters.join(""));
        expect(isCompatibleModel([pattern.join("")], letters.join(""))).toBe(expected);
      }),
    );
  });

  test("a pattern of many stars against a long name is answered at once", () => {
    const pattern = "*a".repeat(50);
    expect(isCompatibleModel([`${pattern}b`], "a".repeat(10_000))).toBe(false);
  });
});
