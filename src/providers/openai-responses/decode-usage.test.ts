import { expect, test } from "vitest";
import { decodeUsage } from "./decode-usage.ts";

test("cached tokens, read and written, are not counted twice", () => {
  const input_tokens_details = { cached_tokens: 30, cache_write_tokens: 10 };
  expect(decodeUsage({ input_tokens: 100, output_tokens: 5, input_tokens_details })).toEqual({
    inputTokens: 60,
    outputTokens: 5,
    cacheReadTokens: 30,
    cacheWriteTokens: 10,
  });
});

test("a response without usage counts nothing", () => {
  expect(decodeUsage(null)).toEqual({ inputTokens: 0, outputTokens: 0 });
});
