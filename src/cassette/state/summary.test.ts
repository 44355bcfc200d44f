import fc from "fast-check";
import { expect, test } from "vitest";
import { type Summary, sumSummaries } from "./summary.ts";

const tally = fc.record({
  served: fc.nat(9),
  live: fc.nat(9),
  missed: fc.nat(9),
  unused: fc.nat(9),
});
const summary: fc.Arbitrary<Summary> = fc
  .record({
    exchanges: tally,
    effects: tally,
    decisions: fc.option(tally, { nil: undefined }),
    servedUsage: fc.record({ inputTokens: fc.nat(99), outputTokens: fc.nat(99) }),
    servedUsd: fc.option(fc.nat(9), { nil: undefined }),
    servedMs: fc.nat(99),
    scripted: fc.nat(9),
  })
  .map(({ decisions, ...rest }) => (decisions ? { ...rest, decisions } : rest));

const total = (summaries: readonly Summary[], read: (one: Summary) => number) =>
  summaries.reduce((sum, one) => sum + read(one), 0);

test("a sum of summaries counts what each counted", () => {
  fc.assert(
    fc.property(fc.array(summary, { minLength: 1, maxLength: 4 }), (summaries) => {
      const sum = sumSummaries(summaries);
      if (!sum) return expect.unreachable("there are some");
      const reads: readonly ((one: Summary) => number)[] = [
        (one) => one.exchanges.served,
        (one) => one.effects.unused,
        (one) => one.decisions?.missed ?? 0,
        (one) => one.servedUsage.outputTokens,
        (one) => one.scripted,
      ];
      for (const read of reads) expect(read(sum)).toBe(total(summaries, read));
      const isKnown = summaries.every(({ servedUsd }) => servedUsd !== undefined);
      expect(sum.servedUsd).toBe(
        isKnown ? total(summaries, (one) => one.servedUsd ?? 0) : undefined,
      );
      expect("decisions" in sum).toBe(summaries.some(({ decisions }) => decisions !== undefined));
    }),
  );
});

test("there is no sum of no summaries", () => {
  expect(sumSummaries([])).toBeUndefined();
});
