import Anthropic from "@anthropic-ai/sdk";
import type { ModelTransport } from "../../model/transport.ts";
import { checkedFetch, sharedClients } from "../wire/client/client.ts";
import type { ProviderConfig } from "../wire/provider-config.ts";
import { ANTHROPIC_SCHEMAS } from "../wire/schema/schema-rules.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { createWireTransport } from "../wire/transport.ts";
import type { Wire, WireClient } from "../wire/wire.ts";
import { AnswerDecoder } from "./decode-answer.ts";
import { encodeRequest } from "./encode-request.ts";

/** A transport that speaks the Anthropic Messages API, to Anthropic or a compatible server. */
export function createAnthropicTransport(
  config: ProviderConfig,
  switches: ServerSwitches,
  nowMs: () => number,
): ModelTransport {
  const wire: Wire = {
    protocol: "the Anthropic Messages API",
    foreignTries: () => ["check the base URL: /v1/messages is added to it"],
    name: "anthropic",
    // After the results of tools a model may have nothing to add:
    // https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons
    emptyStops: ["end_turn"],
    schemas: ANTHROPIC_SCHEMAS,
    createClient,
    encode: (request, cache) => encodeRequest(request, { switches, cache }),
    createDecoder: (reading) => new AnswerDecoder(reading),
  };
  return createWireTransport(wire, config, nowMs);
}

/**
 * The version of the API that is asked for. The SDK's own is 2026-10-21, which takes no
 * temperature, top_p or top_k; apart from that the Messages API of both is the same, and compatible
 * servers know this one (platform.claude.com/docs/en/api/versioning, known from a stored excerpt only).
 */
const API_VERSION = "2023-06-01";

export const createClient = sharedClients(newClient);

/**
 * The official client, bound to one provider's configuration: it reads nothing from the
 * environment, writes no log and asks once.
 */
function newClient(config: ProviderConfig): WireClient {
  const headers = {
    accept: "application/json",
    "content-type": "application/json",
    "anthropic-version": API_VERSION,
    ...(config.apiKey === "" ? {} : { "x-api-key": config.apiKey }),
    ...config.headers,
  };
  const client = new Anthropic({
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
    fetch: checkedFetch((init) => ({ ...init, headers })),
  });
  const { query } = config;
  return {
    // Not `messages.create`, which warns about old models on the console.
    send: (body, signal) =>
      client.post("/v1/messages", { body, query, signal, stream: true }).asResponse(),
  };
}
