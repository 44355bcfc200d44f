import { describe, expect, test } from "vitest";
import type { AnswerSource } from "../../model/event.ts";
import { costUsd } from "../../model/prices.ts";
import type { Usage } from "../../model/usage.ts";
import type { RecordedAnswer } from "../file/format.ts";
import { formatSummary, SummaryBook } from "./summary-book.ts";

const HAIKU = "anthropic:claude-haiku-4-5";
const usage = { inputTokens: 1000, outputTokens: 200 };
const timing = { firstMs: 100, totalMs: 400 };

function book(...served: readonly [model: string, source: AnswerSource][]): SummaryBook {
  const made = new SummaryBook();
  for (const [model, source] of served) made.serve(model, answer(source));
  return made;
}

function answer(source: AnswerSource, used: Usage = usage): RecordedAnswer {
  return { parts: [], stop: "end", usage: used, source, timing };
}

const nothingUnused = { exchanges: 0, effects: 0, decisions: 0 };

describe("the summary", () => {
  test("adds up what the served answers took, and its price", () => {
    const summary = book([HAIKU, "live"], [HAIKU, "live"]).close(nothingUnused);
    expect(summary.exchanges).toEqual({ served: 2, live: 0, missed: 0, unused: 0 });
    expect(summary.servedUsage).toEqual({ inputTokens: 2000, outputTokens: 400 });
    expect(summary.servedUsd).toBeCloseTo(2 * (costUsd(HAIKU, usage) ?? Number.NaN), 10);
    expect(summary.servedUsd).toBeGreaterThan(0);
  });

  test("knows no price where one model has none", () => {
    const summary = book([HAIKU, "live"], ["ollama:llama", "live"]).close(nothingUnused);
    expect(summary.servedUsd).toBeUndefined();
    expect(summary.servedUsage.inputTokens).toBe(2000);
  });

  test("leaves out what a script answered, whose figures nobody paid", () => {
    const summary = book([HAIKU, "script"], ["ollama:llama", "script"], [HAIKU, "live"]).close(
      nothingUnused,
    );
    expect(summary).toMatchObject({
      scripted: 2,
      servedUsage: usage,
      servedUsd: costUsd(HAIKU, usage),
      servedMs: timing.totalMs,
    });
    expect(summary.exchanges.served).toBe(3);
  });
});

describe("the summary in one line", () => {
  test("tells the price", () => {
    const summary = book([HAIKU, "live"]).close({ exchanges: 2, effects: 0, decisions: 0 });
    expect(formatSummary(summary)).toBe(
      "served 1, live 0, missed 0, unused 2; live it would have cost 1200 tokens, $0.0020",
    );
  });

  test("tells a price that four decimals cannot show", () => {
    const made = new SummaryBook();
    made.serve(HAIKU, answer("live", { inputTokens: 10, outputTokens: 1 }));
    expect(formatSummary(made.close(nothingUnused))).toContain("11 tokens, less than $0.0001");
  });

  test("says that a price is unknown", () => {
    expect(formatSummary(book(["ollama:llama", "live"]).close(nothingUnused))).toBe(
      "served 1, live 0, missed 0, unused 0; live it would have cost 1200 tokens (price unknown)",
    );
  });

  test("compares no cost where all was scripted, and says what was where some was", () => {
    expect(formatSummary(book([HAIKU, "script"]).close(nothingUnused))).toBe(
      "served 1, live 0, missed 0, unused 0; all from a script, so no cost to compare",
    );
    expect(formatSummary(book([HAIKU, "script"], [HAIKU, "live"]).close(nothingUnused))).toBe(
      "served 2, live 0, missed 0, unused 0; live it would have cost 1200 tokens, $0.0020, beside 1 from a script",
    );
  });

  test("says nothing of cost where nothing was served", () => {
    const made = new SummaryBook();
    made.exchanges.live = 3;
    expect(formatSummary(made.close(nothingUnused))).toBe("served 0, live 3, missed 0, unused 0");
  });

  test("has effects where there are any", () => {
    const made = new SummaryBook();
    made.effects.live = 1;
    expect(formatSummary(made.close({ exchanges: 0, effects: 1, decisions: 0 }))).toBe(
      "served 0, live 0, missed 0, unused 0, effects: served 0, live 1, missed 0, unused 1",
    );
  });
});
