import { addUsage } from "../model/usage.ts";
import type { Ledger, Tally } from "./ledger.ts";

/** What several runs took from their cassettes; undefined where there are none. */
export function sumLedgers(ledgers: readonly Ledger[]): Ledger | undefined {
  const [first, ...rest] = ledgers;
  return first && rest.reduce(sumOfTwo, first);
}

function sumOfTwo(left: Ledger, right: Ledger): Ledger {
  const decisions = sumOfTallies(left.decisions, right.decisions);
  const isKnown = left.servedUsd !== undefined && right.servedUsd !== undefined;
  return {
    exchanges: sumOfTallies(left.exchanges, right.exchanges) ?? left.exchanges,
    effects: sumOfTallies(left.effects, right.effects) ?? left.effects,
    ...(decisions ? { decisions } : {}),
    servedUsage: addUsage(left.servedUsage, right.servedUsage),
    servedUsd: isKnown ? left.servedUsd + right.servedUsd : undefined,
    scripted: left.scripted + right.scripted,
  };
}

function sumOfTallies(
  left: Readonly<Tally> | undefined,
  right: Readonly<Tally> | undefined,
): Readonly<Tally> | undefined {
  if (!left || !right) return left ?? right;
  return {
    served: left.served + right.served,
    live: left.live + right.live,
    missed: left.missed + right.missed,
    unused: left.unused + right.unused,
  };
}
