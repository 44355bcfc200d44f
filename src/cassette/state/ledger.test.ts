import fc from "fast-check";
import { expect, test } from "vitest";
import { type Ledger, sumLedgers } from "./ledger.ts";

const tally = fc.record({
  served: fc.nat(9),
  live: fc.nat(9),
  missed: fc.nat(9),
  unused: fc.nat(9),
});
const ledger: fc.Arbitrary<Ledger> = fc
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

const total = (ledgers: readonly Ledger[], read: (one: Ledger) => number) =>
  ledgers.reduce((sum, one) => sum + read(one), 0);

test("a sum of ledgers counts what each counted", () => {
  fc.assert(
    fc.property(fc.array(ledger, { minLength: 1, maxLength: 4 }), (ledgers) => {
      const sum = sumLedgers(ledgers);
      if (!sum) return expect.unreachable("there are some");
      const reads: readonly ((one: Ledger) => number)[] = [
        (one) => one.exchanges.served,
        (one) => one.effects.unused,
        (one) => one.decisions?.missed ?? 0,
        (one) => one.servedUsage.outputTokens,
        (one) => one.scripted,
      ];
      for (const read of reads) expect(read(sum)).toBe(total(ledgers, read));
      const isKnown = ledgers.every(({ servedUsd }) => servedUsd !== undefined);
      expect(sum.servedUsd).toBe(isKnown ? total(ledgers, (one) => one.servedUsd ?? 0) : undefined);
      expect("decisions" in sum).toBe(ledgers.some(({ decisions }) => decisions !== undefined));
    }),
  );
});

test("there is no sum of no ledgers", () => {
  expect(sumLedgers([])).toBeUndefined();
});
