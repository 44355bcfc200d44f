import type { ProviderErrorFields } from "../errors/codes.ts";
import {
  CodedError,
  type ErrorText,
  isLlmDoError,
  type LlmDoErrorOf,
} from "../errors/llm-do-error.ts";

/** A provider's error; what is not said of `status`, `type` and `retryAfterMs` is not known. */
export interface ProviderErrorInit
  extends Omit<ErrorText, "verb">,
    Partial<Omit<ProviderErrorFields, "retryable">>,
    Pick<ProviderErrorFields, "retryable"> {}

/** What a provider answered instead of an answer, or that it did not answer. */
export class ProviderError extends CodedError implements ProviderErrorFields {
  override readonly name = "ProviderError";
  // Set by the base class, from what the code "provider" carries.
  declare readonly code: "provider";
  declare readonly status: number | undefined;
  declare readonly type: string | undefined;
  declare readonly retryable: boolean;
  declare readonly retryAfterMs: number | undefined;

  constructor(init: ProviderErrorInit) {
    const { status, type, retryAfterMs } = init;
    super({ ...init, status, type, retryAfterMs, code: "provider", verb: "ask" });
  }
}

/** Too many requests, no service for now, and Anthropic's "overloaded". */
const BUSY_STATUSES: readonly (number | undefined)[] = [429, 503, 529];

/** The same inside a stream, where there is no status: the names of Anthropic, OpenAI and Google. */
const BUSY_TYPES: ReadonlySet<string> = new Set([
  "overloaded_error",
  "rate_limit_error",
  "rate_limit_exceeded",
  "resource_exhausted",
  "service_unavailable",
  "service_unavailable_error",
  "too_many_requests",
  "unavailable",
]);

/** Whether a provider had no time or no quota for a request, which says nothing of the request. */
export function isBusyError(error: unknown): error is LlmDoErrorOf<"provider"> {
  if (!isLlmDoError(error, "provider")) return false;
  return BUSY_STATUSES.includes(error.status) || BUSY_TYPES.has(error.type?.toLowerCase() ?? "");
}
