import Anthropic from "@anthropic-ai/sdk";
import { boundedFetch } from "../bounded-fetch.ts";
import type { ProviderConfig } from "../provider-config.ts";

/**
 * The version of the API that is asked for. The SDK's own is 2026-10-21, which takes no
 * temperature, top_p or top_k; apart from that the Messages API of both is the same, and compatible
 * servers know this one (platform.claude.com/docs/en/api/versioning, known from a stored excerpt only).
 */
const API_VERSION = "2023-06-01";

/**
 * The official client, bound to one provider's configuration: it reads nothing from the
 * environment, writes no log and asks once.
 */
export function createAnthropicClient(config: ProviderConfig): Anthropic {
  const headers = {
    accept: "application/json",
    "content-type": "application/json",
    "anthropic-version": API_VERSION,
    "x-api-key": config.apiKey,
  };
  const bounded = boundedFetch(config);
  return new Anthropic({
    apiKey: config.apiKey,
    authToken: null,
    webhookKey: null,
    // Null rather than undefined, which would mean ANTHROPIC_BASE_URL.
    baseURL: config.baseUrl ?? null,
    maxRetries: 0,
    logLevel: "off",
    openTelemetry: false,
    // The client adds the headers of ANTHROPIC_CUSTOM_HEADERS and sends the key as a bearer token,
    // which compatible servers do not expect; so the request gets these headers and no others.
    fetch: (input, init) => bounded(input, { ...init, headers }),
  });
}
