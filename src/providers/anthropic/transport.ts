import type { ModelTransport } from "../../model/transport.ts";
import type { ProviderConfig } from "../provider-config.ts";
import { ANTHROPIC_SCHEMAS } from "../wire/schema-rules.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { createWireTransport } from "../wire/transport.ts";
import type { Wire } from "../wire/wire.ts";
import { createClient } from "./client.ts";
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
