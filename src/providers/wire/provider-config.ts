/** The protocols that transports speak; the name stands in the extras of an answer's parts. */
export const WIRE_NAMES = ["anthropic", "openai-responses", "openai-chat"] as const;

export type WireName = (typeof WIRE_NAMES)[number];

/** What a transport needs to reach one provider; resolved once, before the first request. */
export interface ProviderConfig {
  /** The provider's half of model names, as in `groq` of `groq:llama-3.3-70b`. */
  readonly provider: string;
  /** Address without a trailing slash; undefined for the SDK's own default. */
  readonly baseUrl: string | undefined;
  /** The environment variable that the address came from; absent for any other address. */
  readonly baseUrlVariable?: string;
  /** The protocol that the server is asked in, where advice depends on it. */
  readonly wire?: WireName;
  /**
   * Sent as the provider wants it; empty for a server that is asked without one. Never printed,
   * logged or recorded.
   */
  readonly apiKey: string;
  /** The environment variable of the key, named in errors about it; empty for a server without. */
  readonly keyVariable: string;
  /**
   * Headers that every request carries beside those of the wire, by names in lower case; they win
   * over the wire's own. Values may be secrets and are never printed.
   */
  readonly headers: Readonly<Record<string, string>>;
  /** Parameters of every request's query. Values may be secrets and are never printed. */
  readonly query: Readonly<Record<string, string>>;
  /** Values beside the key that errors must not show. */
  readonly secrets?: readonly string[];
  /** Environment variables of the headers and the query, named in errors about access. */
  readonly variables?: readonly string[];
  /** Bytes of one response that are read; default `MAX_RESPONSE_BYTES`. */
  readonly maxResponseBytes?: number;
}
