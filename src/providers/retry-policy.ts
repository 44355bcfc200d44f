/** How often and how long to wait before a request is sent again. */
export interface RetryPolicy {
  /** How many times one request is sent again. */
  readonly maxRetries: number;
  /** The wait before the first retry; each further one waits twice as long. */
  readonly firstDelayMs: number;
  /** The longest wait that is chosen here. */
  readonly maxDelayMs: number;
  /** The part of a chosen wait that chance may take off, between 0 and 1. */
  readonly jitter: number;
  /** The longest wait that is done because the server asks for it. */
  readonly maxServerDelayMs: number;
}

/**
 * The defaults of the SDKs themselves (`src/client.ts` in `@anthropic-ai/sdk` 1.12.0 and `openai`
 * 7.57.0, read on 2026-11-22): 2 retries, from half a second, doubling up to 8 s, at most a quarter
 * off. A minute is the longest wait that `openai` takes from a server.
 */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  maxRetries: 2,
  firstDelayMs: 500,
  maxDelayMs: 8_000,
  jitter: 0.25,
  maxServerDelayMs: 60_000,
};

/**
 * The wait before a retry that no server asked for.
 *
 * @param attempt which retry, from 1
 * @param chance a number in [0, 1)
 */
export function retryDelay(policy: RetryPolicy, attempt: number, chance: number): number {
  const wholeMs = Math.min(policy.firstDelayMs * 2 ** (attempt - 1), policy.maxDelayMs);
  return Math.round(wholeMs * (1 - policy.jitter * chance));
}

/** A duration for a person: `0.4 s`, `90 s`. */
export function secondsText(durationMs: number): string {
  return `${Number((durationMs / 1000).toFixed(1))} s`;
}
