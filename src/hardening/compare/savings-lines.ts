import { counted, grouped } from "../../words/counted.ts";
import { percent } from "../../words/percent.ts";
import type { Savings, Spent } from "./savings.ts";

/** What a candidate saves, in words. */
export function savingsLines(savings: Savings): readonly string[] {
  const { spent, saved, scripted, promptMs, toolMs } = savings;
  if (spent.calls === 0) return [];
  const share = percent(saved.calls / spent.calls, "estimate");
  const lines = [
    `saves, on what was recorded: ${counted(saved.exchanges, "model call")} of ${grouped(spent.exchanges)} (${share} of the calls), ${grouped(saved.tokens)} of ${counted(spent.tokens, "token")}, ${usdText(saved)} of ${usdText(spent)}`,
  ];
  if (promptMs !== undefined) {
    const tool = toolMs === undefined ? "" : `, the tool ${msText(toolMs)} here`;
    lines.push(`latency of a call, median: the prompt ${msText(promptMs)} as recorded${tool}`);
  }
  if (scripted > 0) {
    lines.push(
      `of these, ${counted(scripted, "call")} took what a script says, not what a model takes`,
    );
  }
  return lines;
}

/** Money, or that it is not known. */
export function usdText({ usd }: Pick<Spent, "usd">): string {
  if (usd === undefined) return "an unknown price";
  return usd > 0 && usd < 0.01 ? `$${usd.toPrecision(2)}` : `$${usd.toFixed(2)}`;
}

/** Milliseconds with three digits that count. */
export function msText(ms: number): string {
  return `${ms >= 100 ? grouped(Math.round(ms)) : Number(ms.toPrecision(3))} ms`;
}
