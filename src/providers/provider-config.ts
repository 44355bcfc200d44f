/** What a transport needs to reach one provider; resolved once, before the first request. */
export interface ProviderConfig {
  /** The provider's half of model names, as in `groq` of `groq:llama-3.3-70b`. */
  readonly provider: string;
  /** Address without a trailing slash; undefined for the SDK's own default. */
  readonly baseUrl: string | undefined;
  /** Sent as the provider wants it; never printed, logged or recorded. */
  readonly apiKey: string;
  /** The environment variable that the key came from, named in errors about it. */
  readonly keyVariable: string;
  /** Sent with each request; values may be secrets. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Stands behind the `?` of each address; values may be secrets. */
  readonly query?: Readonly<Record<string, string>>;
  /** Bytes of one response that are read; default `MAX_RESPONSE_BYTES`. */
  readonly maxResponseBytes?: number;
}
