/** Statuses below 500 after which the same request may succeed: timeout, conflict, rate limit. */
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([408, 409, 429]);

/** Error names after which no wait helps, whatever the status: the account has run out of credit. */
const HOPELESS_TYPES: ReadonlySet<string> = new Set(["insufficient_quota"]);

/**
 * Error names that mean "busy" or "broken on their side". Inside a stream there is no status, so
 * the name alone decides. From the error pages of Anthropic, OpenAI and Google.
 */
const RETRYABLE_TYPES: ReadonlySet<string> = new Set([
  "api_error",
  "internal",
  "internal_error",
  "internal_server_error",
  "overloaded_error",
  "rate_limit_error",
  "rate_limit_exceeded",
  "resource_exhausted",
  "server_error",
  "service_unavailable",
  "service_unavailable_error",
  "timeout_error",
  "too_many_requests",
  "unavailable",
]);

/** Whether asking again may help: by `x-should-retry`, then by the status. */
export function isRetryableResponse(
  status: number,
  headers: Headers,
  type: string | undefined,
): boolean {
  if (type !== undefined && HOPELESS_TYPES.has(type)) return false;
  const advice = headers.get("x-should-retry");
  if (advice === "true") return true;
  if (advice === "false") return false;
  return isRetryableStatus(status);
}

/** Whether asking again may help after an error inside a stream. */
export function isRetryableStreamError(type: string | undefined, status?: number): boolean {
  if (type !== undefined && HOPELESS_TYPES.has(type)) return false;
  if (status !== undefined) return isRetryableStatus(status);
  return type !== undefined && RETRYABLE_TYPES.has(type.toLowerCase());
}

/**
 * How long the server asks to wait, in milliseconds: `retry-after-ms`, then `retry-after` in
 * seconds or as a date. Undefined when it does not say or says something unreadable.
 */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const milliseconds = amount(headers.get("retry-after-ms"));
  if (milliseconds !== undefined) return milliseconds;
  const after = headers.get("retry-after");
  const seconds = amount(after);
  if (seconds !== undefined) return seconds * 1000;
  const date = after === null ? Number.NaN : Date.parse(after);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

function isRetryableStatus(status: number): boolean {
  return RETRYABLE_STATUSES.has(status) || status >= 500;
}

function amount(header: string | null): number | undefined {
  return header !== null && /^\s*\d+(\.\d+)?\s*$/.test(header) ? Number(header) : undefined;
}
