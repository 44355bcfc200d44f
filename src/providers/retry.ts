import { isLlmDoError, type LlmDoErrorOf } from "../errors/llm-do-error.ts";
import type { Clock } from "../host/host.ts";
import type { ModelEvent } from "../model/event.ts";
import type { ModelRequest } from "../model/request.ts";
import type { ModelTransport, StreamOptions } from "../model/transport.ts";
import { times } from "../words/counted.ts";
import { ProviderError } from "./provider-error.ts";
import { DEFAULT_RETRY_POLICY, type RetryPolicy, retryDelay, secondsText } from "./retry-policy.ts";

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
    const limit = `longer than the ${secondsText(maxServerDelayMs)} that are waited at most`;
    throw explained(failure, `the server asks to wait ${secondsText(askedMs)}, ${limit}`);
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
