/** What a program can act on in a provider's error, beside its text. */
export interface ProviderErrorFields {
  /** HTTP status; undefined when there was no response or the error came inside a stream. */
  readonly status: number | undefined;
  /** The provider's own name for the error: `overloaded_error`, `insufficient_quota`, ... */
  readonly type: string | undefined;
  /** Whether asking again may help. */
  readonly retryable: boolean;
  /** How long the provider asked to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/** The codes whose errors carry more than every error does, each with those fields. */
export interface ErrorFieldsByCode {
  readonly provider: ProviderErrorFields;
}

/** The names of these fields, for what copies them. */
export const ERROR_FIELDS = {
  provider: ["status", "type", "retryable", "retryAfterMs"],
} as const satisfies {
  readonly [Code in keyof ErrorFieldsByCode]: readonly (keyof ErrorFieldsByCode[Code])[];
};
