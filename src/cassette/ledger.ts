import type { Usage } from "../model/usage.ts";
import { addAnswer, type Bill, formatBill, NO_BILL } from "./bill.ts";
import type { RecordedAnswer } from "./entry.ts";

/** How the two gates were answered in one run. */
export interface Tally {
  /** Answered from the cassette. */
  served: number;
  /** Answered by the world, and recorded where the mode records. */
  live: number;
  /** Asked and not answered. */
  missed: number;
  /** Recorded and not asked for. */
  unused: number;
}

/** What a run took from its cassette, and what that spared. */
export interface Ledger {
  readonly exchanges: Readonly<Tally>;
  readonly effects: Readonly<Tally>;
  /** Absent where nobody had to decide anything. */
  readonly decisions?: Readonly<Tally>;
  /** Tokens of the served answers that a model gave, by their recordings' own figures. */
  readonly servedUsage: Usage;
  /** What these would have cost live, in US dollars; undefined when a model's price is unknown. */
  readonly servedUsd: number | undefined;
  /** How long these took when they were recorded, in milliseconds. */
  readonly servedMs: number;
  /** How many of the served answers were written by hand: what they cost live nobody knows. */
  readonly scripted: number;
}

/** Counts while a run goes on. */
export class LedgerBook {
  readonly exchanges: Tally = { served: 0, live: 0, missed: 0, unused: 0 };
  readonly effects: Tally = { served: 0, live: 0, missed: 0, unused: 0 };
  readonly decisions: Tally = { served: 0, live: 0, missed: 0, unused: 0 };
  #bill: Bill = NO_BILL;
  #ms = 0;

  serve(model: string, answer: RecordedAnswer): void {
    this.exchanges.served++;
    if (answer.source !== "script") this.#ms += answer.timing.totalMs;
    this.#bill = addAnswer(this.#bill, model, answer);
  }

  close(unused: { exchanges: number; effects: number; decisions: number }): Ledger {
    this.exchanges.unused = unused.exchanges;
    this.effects.unused = unused.effects;
    this.decisions.unused = unused.decisions;
    return {
      exchanges: { ...this.exchanges },
      effects: { ...this.effects },
      ...(isEmpty(this.decisions) ? {} : { decisions: { ...this.decisions } }),
      servedUsage: this.#bill.usage,
      servedUsd: this.#bill.usd,
      servedMs: this.#ms,
      scripted: this.#bill.scripted,
    };
  }
}

/** The ledger in one line, for the end of a run. */
export function formatLedger(ledger: Ledger): string {
  const { exchanges, effects, decisions } = ledger;
  const parts = [formatTally(exchanges)];
  if (!isEmpty(effects)) parts.push(`effects: ${formatTally(effects)}`);
  if (decisions) parts.push(`decisions: ${formatTally(decisions)}`);
  const counts = parts.join(", ");
  return exchanges.served === 0 ? counts : `${counts}; ${savings(ledger)}`;
}

function isEmpty({ served, live, missed, unused }: Readonly<Tally>): boolean {
  return served + live + missed + unused === 0;
}

function formatTally({ served, live, missed, unused }: Readonly<Tally>): string {
  return `served ${served}, live ${live}, missed ${missed}, unused ${unused}`;
}

function savings({ exchanges, scripted, servedUsage: usage, servedUsd: usd }: Ledger): string {
  const bill = formatBill({ answers: exchanges.served, scripted, usage, usd });
  if (bill === undefined) return "all from a script, so no cost to compare";
  return `live it would have cost ${bill}`;
}
