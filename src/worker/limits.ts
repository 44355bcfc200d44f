import { camelKeys } from "../format/camel-keys.ts";
import { about, converted } from "../format/combine.ts";
import { mapOf } from "../format/map.ts";
import type { Format, ValueOf } from "../format/reader.ts";
import { positiveNumber, wholeNumber } from "../format/scalars.ts";

/** What a run of a worker may use up at most; absent means that the worker sets no limit. */
export interface WorkerLimits {
  /** Depth of the deepest call; the entry has depth 0. */
  readonly maxDepth?: number;
  readonly maxCalls?: number;
  /** Input and output tokens together. */
  readonly maxTokens?: number;
  readonly maxUsd?: number;
  readonly timeoutMs?: number;
}

const MS_PER_SECOND = 1000;

/** The keys of `limits`. */
export const LIMITS = mapOf({
  max_depth: about("longest chain of calls", wholeNumber({ least: 1 })),
  max_calls: wholeNumber({ least: 1 }),
  max_tokens: about("input and output together", wholeNumber({ least: 1 })),
  max_usd: positiveNumber,
  timeout_seconds: positiveNumber,
});

export const limits: Format<WorkerLimits> = converted(LIMITS, limitsOf);

function limitsOf(written: ValueOf<typeof LIMITS>): WorkerLimits {
  const { max_depth, max_calls, max_tokens, max_usd, timeout_seconds } = written;
  return {
    ...(max_depth === undefined ? {} : { maxDepth: max_depth }),
    ...(max_calls === undefined ? {} : { maxCalls: max_calls }),
    ...(max_tokens === undefined ? {} : { maxTokens: max_tokens }),
    ...(max_usd === undefined ? {} : { maxUsd: max_usd }),
    ...(timeout_seconds === undefined
      ? {}
      : { timeoutMs: wholeMs(timeout_seconds * MS_PER_SECOND) }),
  };
}

const { timeout_seconds: _seconds, ...counted } = LIMITS.keys;

/** The same as code says them. */
export const limitsInCode: Format<WorkerLimits> = mapOf({
  ...camelKeys(counted),
  timeoutMs: converted(positiveNumber, wholeMs),
});

/** At least 1: no positive number means no time at all. */
function wholeMs(milliseconds: number): number {
  return Math.max(1, Math.round(milliseconds));
}
