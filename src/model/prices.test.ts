import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PRICE_TABLE, PRICES_READ_ON, type Rates } from "./price-table.ts";
import { costUsd, priceOf } from "./prices.ts";
import { addUsage } from "./usage.ts";

const million = 1_000_000;

const listed = PRICE_TABLE.flatMap(({ providers, models }) =>
  providers.flatMap((provider) => Object.keys(models).map((name) => `${provider}:${name}`)),
);

const tokens = fc.nat({ max: 10_000 });
const usages = fc.record({
  inputTokens: tokens,
  outputTokens: tokens,
  cacheReadTokens: tokens,
  cacheWriteTokens: tokens.map((written) => 10_000 + written),
  cacheWriteHourTokens: tokens,
});

describe("the price of a model", () => {
  test("is found by the exact name", () => {
    expect(priceOf("anthropic:claude-haiku-4-5")?.usdPerMillionTokens).toEqual({
      input: 1,
      output: 5,
      cacheRead: 0.1,
      cacheWrite: 1.25,
      cacheWriteHour: 2,
    });
    expect(priceOf("openai-chat:gpt-4.1-mini")).toEqual(priceOf("openai:gpt-4.1-mini"));
  });

  test.each([
    ["anthropic:claude-haiku-4-5-20251001", "anthropic:claude-haiku-4-5"],
    ["anthropic:claude-sonnet-4-20250514", "anthropic:claude-sonnet-4"],
    ["openai:gpt-5-mini-2025-08-07", "openai:gpt-5-mini"],
  ])("of %s is that of %s", (dated, plain) => {
    expect(priceOf(dated)).toBeDefined();
    expect(priceOf(dated)).toBe(priceOf(plain));
  });

  test("of a dated version that has its own is its own", () => {
    expect(priceOf("openai:gpt-4o-2024-05-13")?.usdPerMillionTokens.input).toBe(5);
    expect(priceOf("openai:gpt-4o-2024-08-06")?.usdPerMillionTokens.input).toBe(2.5);
  });

  test.each([
    ["another model with the same beginning", "openai:gpt-5-codex"],
    ["a shorter name", "anthropic:claude-haiku"],
    ["a version beyond the listed one", "anthropic:claude-sonnet-4-9"],
    ["a number that is no date", "anthropic:claude-haiku-4-5-20259999"],
    ["a moving name", "mistral:mistral-medium-latest"],
    ["another provider's model", "openrouter:claude-haiku-4-5"],
    ["a local model", "ollama:llama3.2"],
    ["no provider", "claude-haiku-4-5"],
    ["a name that every object has", "anthropic:constructor"],
    ["the test model", "test"],
  ])("is not known for %s", (_what, model) => {
    expect(priceOf(model)).toBeUndefined();
    expect(costUsd(model, { inputTokens: 1, outputTokens: 1 })).toBeUndefined();
  });
});

describe("the cost of an answer", () => {
  test("counts each kind of token at its price", () => {
    const usage = {
      inputTokens: million,
      outputTokens: million,
      cacheReadTokens: million,
      cacheWriteTokens: million,
    };
    expect(costUsd("anthropic:claude-haiku-4-5", usage)).toBeCloseTo(1 + 5 + 0.1 + 1.25, 10);
  });

  test("counts what is cached for an hour at its own price, and not twice", () => {
    const usage = { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 3 * million };
    const model = "anthropic:claude-haiku-4-5";
    expect(costUsd(model, { ...usage, cacheWriteHourTokens: million })).toBeCloseTo(2.5 + 2, 10);
    expect(costUsd("openai:gpt-6-sol", { ...usage, cacheWriteHourTokens: 1 })).toBeUndefined();
  });

  test("is zero only when nothing was used", () => {
    const none = { inputTokens: 0, outputTokens: 0 };
    expect(costUsd("anthropic:claude-haiku-4-5", none)).toBe(0);
  });

  test("is not known when a kind of token has no price", () => {
    const usage = { inputTokens: 10, outputTokens: 10 };
    expect(costUsd("groq:llama-3.1-8b-instant", usage)).toBeGreaterThan(0);
    expect(costUsd("groq:llama-3.1-8b-instant", { ...usage, cacheReadTokens: 1 })).toBeUndefined();
  });

  test("is higher for the whole request when the prompt is long, cached tokens included", () => {
    const model = "anthropic:claude-haiku-5-5";
    const short = { inputTokens: 60_000, outputTokens: 1000, cacheReadTokens: 40_000 };
    const long = { ...short, cacheReadTokens: 40_001 };
    expect(costUsd(model, short)).toBeCloseTo(0.0069, 10);
    expect(costUsd(model, long)).toBeCloseTo(0.0345, 6);
  });

  test("is not known beyond the prompt that the price holds for", () => {
    const usage = { inputTokens: 200_000, outputTokens: 1 };
    expect(costUsd("xai:grok-4.5", usage)).toBeCloseTo(0.400006, 10);
    expect(costUsd("xai:grok-4.5", { ...usage, inputTokens: 200_001 })).toBeUndefined();
  });

  test("adds up where the length of the prompt does not matter", () => {
    fc.assert(
      fc.property(usages, usages, (one, other) => {
        const cost = (usage: typeof one) =>
          costUsd("anthropic:claude-haiku-4-5", usage) ?? Number.NaN;
        expect(cost(addUsage(one, other) as typeof one)).toBeCloseTo(cost(one) + cost(other), 9);
      }),
    );
  });
});

describe("the price table", () => {
  test("says when and from where its prices are", () => {
    for (const { source } of PRICE_TABLE) {
      expect(source.url).toMatch(/^https:\/\//);
      expect(source.asOf).toMatch(/^2026-\d{2}-\d{2}$/);
      expect(source.asOf <= PRICES_READ_ON).toBe(true);
    }
  });

  test("lists each model once", () => {
    expect(new Set(listed).size).toBe(listed.length);
  });

  test("asks the least for reading from the cache and the most for output", () => {
    for (const model of listed) {
      const price = priceOf(model);
      const long = price?.longPrompt?.usdPerMillionTokens;
      for (const rates of [price?.usdPerMillionTokens, long]) if (rates) check(model, rates);
    }
  });

  function check(model: string, rates: Rates): void {
    const { input, output, cacheRead, cacheWrite, cacheWriteHour } = rates;
    expect(output, model).toBeGreaterThan(input);
    expect(cacheRead ?? 0, model).toBeLessThan(input);
    expect(cacheWrite ?? input, model).toBeGreaterThanOrEqual(input);
    expect(cacheWriteHour ?? Infinity, model).toBeGreaterThan(cacheWrite ?? input);
  }
});
