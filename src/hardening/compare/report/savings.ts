import { DEFAULT_CHECK } from "../../../functions/answer-mode.ts";
import { addUsage, NO_USAGE, totalTokens } from "../../../model/usage.ts";
import type { RecordedCall } from "../../recordings/recorded-call.ts";

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

/** What is saved, on average or in all; below 0 where the candidate takes more. */
export interface Saved {
  readonly exchanges: number;
  readonly tokens: number;
  /** US dollars; absent when a price is unknown. */
  readonly usd?: number;
  /** Milliseconds of waiting for a model. */
  readonly ms: number;
}

/** What a candidate saves, by the recordings' own usage and timing. */
export interface Savings {
  /** Of all recorded calls of the prompt. */
  readonly spent: Spent;
  /** Calls whose answer, and so whose tokens and time, came from a script. */
  readonly scripted: number;
  /** The share of the calls that the candidate answers: what its guard and itself do not leave to the prompt. */
  readonly answered: number;
  /** The share of its answers that go on being compared with the prompt, which costs a call of it. */
  readonly checks: number;
  /** Of a call, on average, net of fallbacks and checks. */
  readonly perCall: Saved;
  /** The same of a month with so many calls; absent where nobody said how many. */
  readonly monthly?: Saved & { readonly calls: number };
  /** Median milliseconds of a recorded call; absent where there is none. */
  readonly promptMs?: number;
  /** Median milliseconds of the candidate: of a tool on this machine, of a worker as recorded. */
  readonly candidateMs?: number;
}

interface SavingsOf {
  /** All recorded calls of the prompt. */
  readonly calls: readonly RecordedCall[];
  /** Calls of the candidate; empty for a tool. */
  readonly candidate: readonly RecordedCall[];
  /** The share of the calls that the candidate answers. */
  readonly answered: number;
  /** Milliseconds of a tool, one for each input. */
  readonly tookMs: readonly number[];
  readonly monthlyCalls: number | undefined;
}

export function savingsOf(of: SavingsOf): Savings {
  const { calls, candidate, answered, tookMs, monthlyCalls } = of;
  const spent = spentOn(calls);
  const perCall = savedPerCall(spent, spentOn(candidate), answered);
  const promptMs = median(calls.map(({ totalMs }) => totalMs));
  const candidateMs = median(
    candidate.length > 0 ? candidate.map(({ totalMs }) => totalMs) : tookMs,
  );
  return {
    spent,
    scripted: [...calls, ...candidate].filter(({ source }) => source === "script").length,
    answered,
    checks: DEFAULT_CHECK.code,
    perCall,
    ...(monthlyCalls === undefined
      ? {}
      : { monthly: { calls: monthlyCalls, ...scaled(perCall, monthlyCalls) } }),
    ...(promptMs === undefined ? {} : { promptMs }),
    ...(candidateMs === undefined ? {} : { candidateMs }),
  };
}

function savedPerCall(prompt: Spent, candidate: Spent, answered: number): Saved {
  const net = (before: number, after: number) =>
    answered *
    (average(before, prompt.calls) * (1 - DEFAULT_CHECK.code) - average(after, candidate.calls));
  const isPriced =
    prompt.usd !== undefined && (candidate.calls === 0 || candidate.usd !== undefined);
  return {
    exchanges: net(prompt.exchanges, candidate.exchanges),
    tokens: net(prompt.tokens, candidate.tokens),
    ...(isPriced ? { usd: net(prompt.usd ?? 0, candidate.usd ?? 0) } : {}),
    ms: net(prompt.totalMs, candidate.totalMs),
  };
}

function average(sum: number, calls: number): number {
  return calls === 0 ? 0 : sum / calls;
}

function scaled({ exchanges, tokens, usd, ms }: Saved, times: number): Saved {
  return {
    exchanges: exchanges * times,
    tokens: tokens * times,
    ...(usd === undefined ? {} : { usd: usd * times }),
    ms: ms * times,
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
