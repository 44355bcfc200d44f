import { LlmDoError, type LlmDoErrorInit } from "../errors/llm-do-error.ts";

export interface ProviderErrorInit extends Omit<LlmDoErrorInit, "code" | "verb"> {
  /** HTTP status; undefined when there was no response or the error came inside a stream. */
  readonly status?: number | undefined;
  /** The provider's own name for the error: `overloaded_error`, `insufficient_quota`, ... */
  readonly type?: string | undefined;
  /** Whether asking again may help. */
  readonly retryable: boolean;
  /** How long the provider asked to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** What a provider answered instead of an answer, or that it did not answer. */
export class ProviderError extends LlmDoError {
  override readonly name = "ProviderError";
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(init: ProviderErrorInit) {
    super({ ...init, code: "provider", verb: "ask" });
    this.status = init.status;
    this.type = init.type;
    this.retryable = init.retryable;
    this.retryAfterMs = init.retryAfterMs;
  }
}
