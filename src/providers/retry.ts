import { isLlmDoError, type LlmDoErrorOf } from "../errors/llm-do-error.ts";
import type { Clock } from "../host/host.ts";
import type { ModelEvent } from "../model/event.ts";
import type { ModelRequest } from "../model/request.ts";
import type { ModelTransport, StreamOptions } from "../model/transport.ts";
import { times } from "../words/counted.ts";
import { ProviderError } from "./provider-error.ts";

export interface RetryOptions {
  readonly clock: Clock;
  /** A number in [0, 1), for the jitter. */
  readonly random: () => number;
  readonly policy?: Partial<RetryPolicy>;
  /** Called before each wait. */
  readonly onRetry?: (info: RetryInfo) => void;
}

/** What is about to be asked again, and why. */
export interface RetryInfo {
  /** Which retry this is, from 1. */
  readonly attempt: number;
  readonly delayMs: number;
  readonly error: LlmDoErrorOf<"provider">;
  /** The model's full name. */
  readonly model: string;
}

interface Retry extends RetryOptions {
  readonly inner: ModelTransport;
  readonly policy: RetryPolicy;
}

/**
 * Asks again after errors that may pass: those that say `retryable`.
 *
 * What was handed on before is taken back with a `restart`, whole tool calls too: of an answer that
 * broke off nobody knows what else it would have said, and no call of it has run yet. The usage of a
 * broken stream is not known and counts as zero.
 *
 * Other errors and aborts pass through unchanged. When the retries are used up, or the server asks
 * for a longer wait than the policy allows, the last error is thrown with that in its reason.
 */
export function withRetry(inner: ModelTransport, options: RetryOptions): ModelTransport {
  const retry = { ...options, inner, policy: { ...DEFAULT_RETRY_POLICY, ...options.policy } };
  return { stream: (request, streamOptions) => streamWithRetry(retry, request, streamOptions) };
}

async function* streamWithRetry(
  retry: Retry,
  request: ModelRequest,
  options: StreamOptions,
): AsyncGenerator<ModelEvent> {
  let waitedMs = 0;
  for (let attempt = 1; ; attempt++) {
    const progress = new Progress();
    try {
      for await (const event of retry.inner.stream(request, options)) {
        progress.note(event);
        yield event;
      }
      return;
    } catch (error) {
      if (!mayRetry(error, progress, options.signal)) throw error;
      const { model } = request;
      const delayMs = nextDelayMs(retry, { attempt, waitedMs, error, model });
      retry.onRetry?.({ attempt, delayMs, error, model });
      if (progress.handedOn) yield { kind: "restart", reason: error.reason };
      await retry.clock.sleep(delayMs, options.signal);
      waitedMs += delayMs;
    }
  }
}

/** What the consumer holds of the answer that is being read. */
class Progress {
  handedOn = false;
  ended = false;

  note(event: ModelEvent): void {
    this.handedOn = event.kind !== "restart";
    this.ended ||= event.kind === "end";
  }
}

function mayRetry(
  error: unknown,
  progress: Progress,
  signal: AbortSignal,
): error is LlmDoErrorOf<"provider"> {
  if (signal.aborted || progress.ended) return false;
  return isLlmDoError(error, "provider") && error.retryable;
}

interface Failure {
  /** Which retry would come next, from 1. */
  readonly attempt: number;
  readonly waitedMs: number;
  readonly error: LlmDoErrorOf<"provider">;
  readonly model: string;
}

/** @throws ProviderError when no further retry is allowed. */
function nextDelayMs({ policy, random }: Retry, failure: Failure): number {
  const { attempt, error } = failure;
  const { maxServerDelayMs, maxRetries } = policy;
  if (attempt > maxRetries) {
    // Without a single retry there is nothing to tell: the error is as it came.
    throw attempt === 1 ? error : explained(failure, "");
  }
  const askedMs = error.retryAfterMs;
  if (askedMs !== undefined && askedMs > maxServerDelayMs) {
    const limit = `longer than the ${maxServerDelayMs / 1000} s that are waited at most`;
    throw explained(failure, `the server asks to wait ${askedMs / 1000} s, ${limit}`);
  }
  // As the Anthropic SDK does it: "wait 0 s" says nothing, so the wait is chosen here.
  return askedMs !== undefined && askedMs > 0 ? askedMs : retryDelay(policy, attempt, random());
}

function explained(failure: Failure, why: string): ProviderError {
  const { attempt, waitedMs, error, model } = failure;
  const story = `asked ${times(attempt)}, waited ${secondsText(waitedMs)} in all`;
  return new ProviderError({
    what: model,
    reason: `${error.reason} (${why === "" ? story : `${why}; ${story}`})`,
    status: error.status,
    type: error.type,
    retryable: error.retryable,
    retryAfterMs: error.retryAfterMs,
    place: error.place,
    tries: error.tries,
    details: error.details,
    cause: error.cause ?? error,
  });
}

/** How often and how long to wait before a request is sent again. */
interface RetryPolicy {
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
function secondsText(durationMs: number): string {
  return `${Number((durationMs / 1000).toFixed(1))} s`;
}
