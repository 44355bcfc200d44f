import { describe, expect, test } from "vitest";
import type { AnswerSource } from "../../model/event.ts";
import { costUsd } from "../../model/prices.ts";
import type { Usage } from "../../model/usage.ts";
import type { RecordedAnswer } from "../file/format.ts";
import { formatLedger, LedgerBook } from "./ledger-book.ts";

const HAIKU = "anthropic:claude-haiku-4-5";
const usage = { inputTokens: 1000, outputTokens: 200 };
const timing = { firstMs: 100, totalMs: 400 };

function book(...served: readonly [model: string, source: AnswerSource][]): LedgerBook {
  const made = new LedgerBook();
  for (const [model, source] of served) made.serve(model, answer(source));
  return made;
}

function answer(source: AnswerSource, used: Usage = usage): RecordedAnswer {
  return { parts: [], stop: "end", usage: used, source, timing };
}

const nothingUnused = { exchanges: 0, effects: 0, decisions: 0 };

describe("the ledger", () => {
  test("adds up what the served answers took, and its price", () => {
    const ledger = book([HAIKU, "live"], [HAIKU, "live"]).close(nothingUnused);
    expect(ledger.exchanges).toEqual({ served: 2, live: 0, missed: 0, unused: 0 });
    expect(ledger.servedUsage).toEqual({ inputTokens: 2000, outputTokens: 400 });
    expect(ledger.servedUsd).toBeCloseTo(2 * (costUsd(HAIKU, usage) ?? Number.NaN), 10);
    expect(ledger.servedUsd).toBeGreaterThan(0);
  });

  test("knows no price where one model has none", () => {
    const ledger = book([HAIKU, "live"], ["ollama:llama", "live"]).close(nothingUnused);
    expect(ledger.servedUsd).toBeUndefined();
    expect(ledger.servedUsage.inputTokens).toBe(2000);
  });

  test("leaves out what a script answered, whose figures nobody paid", () => {
    const ledger = book([HAIKU, "script"], ["ollama:llama", "script"], [HAIKU, "live"]).close(
      nothingUnused,
    );
    expect(ledger).toMatchObject({
      scripted: 2,
      servedUsage: usage,
      servedUsd: costUsd(HAIKU, usage),
      servedMs: timing.totalMs,
    });
    expect(ledger.exchanges.served).toBe(3);
  });
});

describe("the ledger in one line", () => {
  test("tells the price", () => {
    const ledger = book([HAIKU, "live"]).close({ exchanges: 2, effects: 0, decisions: 0 });
    expect(formatLedger(ledger)).toBe(
      "served 1, live 0, missed 0, unused 2; live it would have cost 1200 tokens, $0.0020",
    );
  });

  test("tells a price that four decimals cannot show", () => {
    const made = new LedgerBook();
    made.serve(HAIKU, answer("live", { inputTokens: 10, outputTokens: 1 }));
    expect(formatLedger(made.close(nothingUnused))).toContain("11 tokens, less than $0.0001");
  });

  test("says that a price is unknown", () => {
    expect(formatLedger(book(["ollama:llama", "live"]).close(nothingUnused))).toBe(
      "served 1, live 0, missed 0, unused 0; live it would have cost 1200 tokens (price unknown)",
    );
  });

  test("compares no cost where all was scripted, and says what was where some was", () => {
    expect(formatLedger(book([HAIKU, "script"]).close(nothingUnused))).toBe(
      "served 1, live 0, missed 0, unused 0; all from a script, so no cost to compare",
    );
    expect(formatLedger(book([HAIKU, "script"], [HAIKU, "live"]).close(nothingUnused))).toBe(
      "served 2, live 0, missed 0, unused 0; live it would have cost 1200 tokens, $0.0020, beside 1 from a script",
    );
  });

  test("says nothing of cost where nothing was served", () => {
    const made = new LedgerBook();
    made.exchanges.live = 3;
    expect(formatLedger(made.close(nothingUnused))).toBe("served 0, live 3, missed 0, unused 0");
  });

  test("has effects where there are any", () => {
    const made = new LedgerBook();
    made.effects.live = 1;
    expect(formatLedger(made.close({ exchanges: 0, effects: 1, decisions: 0 }))).toBe(
      "served 0, live 0, missed 0, unused 0, effects: served 0, live 1, missed 0, unused 1",
    );
  });
});
