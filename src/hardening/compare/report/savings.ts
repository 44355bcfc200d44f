import { addUsage, NO_USAGE, totalTokens } from "../../../model/usage.ts";
import { counted, grouped } from "../../../words/counted.ts";
import { percent } from "../../../words/percent.ts";
import { msText, usdText } from "../../../words/quantities.ts";
import type { RecordedCall } from "../../recordings/recorded-call.ts";
import type { ComparedInput } from "../run/compared-inputs.ts";

/** What the recorded calls took. */
interface Spent {
  readonly calls: number;
  /** Exchanges with the model. */
  readonly exchanges: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** All tokens, those of caches included. */
  readonly tokens: number;
  /** US dollars; absent when the price of the model is unknown. */
  readonly usd?: number;
  readonly totalMs: number;
}

/** What a candidate saves, by the recordings' own usage and timing: sums and medians, no estimates. */
export interface Savings {
  /** Of all recorded calls. */
  readonly spent: Spent;
  /** Of those whose input the candidate answered. */
  readonly saved: Spent;
  /** Calls whose answer, and so whose tokens and time, came from a script. */
  readonly scripted: number;
  /** Median milliseconds of a recorded call; absent where there is none. */
  readonly promptMs?: number;
  /** Median milliseconds of the tool on this machine; absent for another prompt. */
  readonly toolMs?: number;
}

export function savingsOf(inputs: readonly ComparedInput[]): Savings {
  const calls = inputs.flatMap((input) => input.calls);
  const answered = inputs.filter(({ outcome }) => outcome.kind === "answered");
  const promptMs = median(calls.map(({ totalMs }) => totalMs));
  const toolMs = median(answered.flatMap(({ tookMs }) => (tookMs === undefined ? [] : [tookMs])));
  return {
    spent: spentOn(calls),
    saved: spentOn(answered.flatMap((input) => input.calls)),
    scripted: calls.filter(({ source }) => source === "script").length,
    ...(promptMs === undefined ? {} : { promptMs }),
    ...(toolMs === undefined ? {} : { toolMs }),
  };
}

function spentOn(calls: readonly RecordedCall[]): Spent {
  let usage = NO_USAGE;
  let usd: number | undefined = 0;
  let [exchanges, totalMs] = [0, 0];
  for (const call of calls) {
    usage = addUsage(usage, call.usage);
    usd = usd === undefined || call.usd === undefined ? undefined : usd + call.usd;
    exchanges += call.exchanges;
    totalMs += call.totalMs;
  }
  const { inputTokens, outputTokens } = usage;
  const tokens = totalTokens(usage);
  const money = usd === undefined ? {} : { usd };
  return { calls: calls.length, exchanges, inputTokens, outputTokens, tokens, ...money, totalMs };
}

/** The middle value; of an even number of values the mean of the two in the middle. */
function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 1 ? middle : middle - 1];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}

/** What a candidate saves, in words. */
export function savingsLines(savings: Savings): readonly string[] {
  const { spent, saved, scripted, promptMs, toolMs } = savings;
  if (spent.calls === 0) return [];
  const share = percent(saved.calls / spent.calls, "estimate");
  const lines = [
    `saves, on what was recorded: ${counted(saved.exchanges, "model call")} of ${grouped(spent.exchanges)} (${share} of the calls), ${grouped(saved.tokens)} of ${counted(spent.tokens, "token")}, ${usdText(saved.usd)} of ${usdText(spent.usd)}`,
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
