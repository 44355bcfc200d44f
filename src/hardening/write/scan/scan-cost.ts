import type { Spent } from "./scan-figures.ts";
import type { Scan } from "./scan-workers.ts";

/** What a month is computed from. */
export interface Monthly {
  /** `--monthly-calls`: of all workers that are scanned, shared among them as recorded. */
  readonly calls: number;
  /** Recorded calls of all of them. */
  readonly recorded: number;
}

/** A month of a worker. */
interface WorkerMonth {
  readonly calls: number;
  /** US dollars; undefined when a price is unknown. */
  readonly usd: number | undefined;
  /** The part of them that code would save: none of noise, or where there is no pattern; undefined when a price is unknown. */
  readonly saved: number | undefined;
}

/** What a month of a worker costs; undefined where no model answered. */
export function monthlyOf({ figures, verdict }: Scan, monthly: Monthly): WorkerMonth | undefined {
  const { calls, spent } = figures;
  if (spent.calls === 0) return undefined;
  const monthCalls = (monthly.calls * calls) / monthly.recorded;
  const usd = spent.usd === undefined ? undefined : (spent.usd / spent.calls) * monthCalls;
  const isHopeless = verdict.kind === "noise" || verdict.kind === "no-pattern";
  const covered = isHopeless ? 0 : figures.covered;
  return { calls: monthCalls, usd, saved: usd === undefined ? undefined : usd * covered };
}

/** The dearest first; what costs nothing that is known, by its tokens, then by its calls. */
export function byCost({ figures: left }: Scan, { figures: right }: Scan): number {
  return (
    (right.spent.usd ?? 0) - (left.spent.usd ?? 0) ||
    right.spent.tokens - left.spent.tokens ||
    right.calls - left.calls
  );
}

/** What the recorded calls cost, in words. */
export function costOf({ calls, scripted, usd, tokens, totalMs }: Spent): string {
  if (calls === 0) return "unknown, no model answered";
  const price = usd === undefined ? "price unknown" : `$${(usd / calls).toFixed(6)}`;
  const total = usd === undefined ? "" : `, $${usd.toFixed(4)} in all`;
  const by = scripted === 0 ? "" : "; a script says so";
  return `${price}, ${Math.round(tokens / calls)} tokens and ${Math.round(totalMs / calls)} ms a call${total}${by}`;
}
