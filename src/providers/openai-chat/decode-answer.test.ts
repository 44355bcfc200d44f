import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { totalTokens } from "../../model/usage.ts";
import { decodeUsage } from "./decode-answer.ts";

describe("usage", () => {
  test("counts that do not overlap add up to the server's total", () => {
    const counts = fc.record({
      prompt: fc.nat(),
      output: fc.nat(),
      cached: fc.nat(),
      written: fc.nat(),
    });
    fc.assert(
      fc.property(counts, ({ prompt, output, cached, written }) => {
        const promptTokens = prompt + cached + written;
        const usage = decodeUsage({
          prompt_tokens: promptTokens,
          completion_tokens: output,
          total_tokens: promptTokens + output,
          prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
        });
        expect(usage && totalTokens(usage)).toBe(promptTokens + output);
        expect(usage?.inputTokens).toBe(prompt);
      }),
    );
  });

  test("a cache that is counted beside the details is taken out too", () => {
    expect(
      decodeUsage({ prompt_tokens: 9, completion_tokens: 1, prompt_cache_hit_tokens: 4 }),
    ).toEqual({
      inputTokens: 5,
      outputTokens: 1,
      cacheReadTokens: 4,
    });
  });

  test.each([
    [{ reasoning_tokens: 3 }, { reasoningTokens: 3 }],
    [{ reasoning_tokens: 0 }, {}],
    [null, {}],
  ])("of completion details %j, %j is kept", (completion_tokens_details, kept) => {
    expect(
      decodeUsage({ prompt_tokens: 9, completion_tokens: 5, completion_tokens_details }),
    ).toEqual({ inputTokens: 9, outputTokens: 5, ...kept });
  });

  test.each([undefined, null, "9"])("%j is no usage", (value) => {
    expect(decodeUsage(value)).toBeUndefined();
  });
});
