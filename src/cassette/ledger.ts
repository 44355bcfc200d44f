import { costUsd } from "../model/prices.ts";
import { addUsage, NO_USAGE, totalTokens, type Usage } from "../model/usage.ts";

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
  /** Tokens of the served answers, by their recordings' own figures. */
  readonly servedUsage: Usage;
  /** What the served answers would have cost live; undefined when a model's price is unknown. */
  readonly servedUsd: number | undefined;
  /** How many of the served answers were written by hand, not given by a model. */
  readonly scripted: number;
}

/** Counts while a run goes on. */
export class LedgerBook {
  readonly exchanges: Tally = { served: 0, live: 0, missed: 0, unused: 0 };
  readonly effects: Tally = { served: 0, live: 0, missed: 0, unused: 0 };
  #usage: Usage = NO_USAGE;
  #usd: number | undefined = 0;
  #scripted = 0;

  serve(model: string, usage: Usage, source: string): void {
    this.exchanges.served++;
    this.#usage = addUsage(this.#usage, usage);
    if (source === "script") {
      this.#scripted++;
      return;
    }
    const cost = costUsd(model, usage);
    this.#usd = cost === undefined || this.#usd === undefined ? undefined : this.#usd + cost;
  }

  close(unused: { exchanges: number; effects: number }): Ledger {
    this.exchanges.unused = unused.exchanges;
    this.effects.unused = unused.effects;
    return {
      exchanges: { ...this.exchanges },
      effects: { ...this.effects },
      servedUsage: this.#usage,
      servedUsd: this.#usd,
      scripted: this.#scripted,
    };
  }
}

/** The ledger in one line, for the end of a run. */
export function formatLedger(ledger: Ledger): string {
  const parts = [`served ${ledger.exchanges.served}`];
  parts.push(`live ${ledger.exchanges.live}`, `missed ${ledger.exchanges.missed}`);
  parts.push(`unused ${ledger.exchanges.unused}`);
  const { effects } = ledger;
  if (effects.served + effects.live + effects.missed + effects.unused > 0) {
    parts.push(
      `effects: served ${effects.served}, live ${effects.live}, missed ${effects.missed}, unused ${effects.unused}`,
    );
  }
  return ledger.exchanges.served === 0
    ? parts.join(", ")
    : `${parts.join(", ")}; ${savings(ledger)}`;
}

function savings(ledger: Ledger): string {
  if (ledger.scripted === ledger.exchanges.served)
    return "all from a script, so no cost to compare";
  const tokens = `${totalTokens(ledger.servedUsage)} tokens`;
  if (ledger.servedUsd === undefined) return `live it would have cost ${tokens} (price unknown)`;
  return `live it would have cost ${tokens}, $${ledger.servedUsd.toFixed(4)}`;
}
