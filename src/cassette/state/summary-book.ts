import type { RecordedAnswer } from "../file/format.ts";
import { addAnswer, type Bill, formatBill, NO_BILL } from "../read/bill.ts";
import { formatTally, isEmptyTally, type Summary, type Tally } from "./summary.ts";

/** Counts while a run goes on. */
export class SummaryBook {
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

  close(unused: { exchanges: number; effects: number; decisions: number }): Summary {
    this.exchanges.unused = unused.exchanges;
    this.effects.unused = unused.effects;
    this.decisions.unused = unused.decisions;
    return {
      exchanges: { ...this.exchanges },
      effects: { ...this.effects },
      ...(isEmptyTally(this.decisions) ? {} : { decisions: { ...this.decisions } }),
      servedUsage: this.#bill.usage,
      servedUsd: this.#bill.usd,
      servedMs: this.#ms,
      scripted: this.#bill.scripted,
    };
  }
}

/** The summary in one line, for the end of a run. */
export function formatSummary(summary: Summary): string {
  const { exchanges, effects, decisions } = summary;
  const parts = [formatTally(exchanges)];
  if (!isEmptyTally(effects)) parts.push(`effects: ${formatTally(effects)}`);
  if (decisions) parts.push(`decisions: ${formatTally(decisions)}`);
  const counts = parts.join(", ");
  return exchanges.served === 0 ? counts : `${counts}; ${savings(summary)}`;
}

function savings({ exchanges, scripted, servedUsage: usage, servedUsd: usd }: Summary): string {
  const bill = formatBill({ answers: exchanges.served, scripted, usage, usd });
  if (bill === undefined) return "all from a script, so no cost to compare";
  return `live it would have cost ${bill}`;
}
