import type { ProviderErrorFields } from "../errors/error-fields.ts";
import { CodedError, type ErrorText } from "../errors/llm-do-error.ts";

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
