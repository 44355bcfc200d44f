import type { ModelTransport } from "../../model/transport.ts";
import { sharedClients } from "../wire/client/client.ts";
import { createOpenAiClient } from "../wire/client/openai-client.ts";
import type { ProviderConfig } from "../wire/provider-config.ts";
import { chatSchemaRules } from "../wire/schema/schema-rules.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { createWireTransport } from "../wire/transport.ts";
import type { Wire } from "../wire/wire.ts";
import { AnswerDecoder } from "./decode-answer.ts";
import { encodeRequest } from "./encode-request.ts";

/**
 * A transport that speaks Chat Completions, to OpenAI or to a server that is compatible with it.
 */
export function createOpenAiChatTransport(
  config: ProviderConfig,
  switches: ServerSwitches,
  nowMs: () => number,
): ModelTransport {
  const wire: Wire = {
    protocol: "Chat Completions",
    foreignTries: () => ["check the base URL: Ollama's ends in /v1, Gemini's in /v1beta/openai"],
    name: "openai-chat",
    emptyStops: [],
    schemas: chatSchemaRules(switches.schemas),
    createClient,
    encode: (request) => encodeRequest(request, switches),
    createDecoder: (reading) => new AnswerDecoder(reading),
  };
  return createWireTransport(wire, config, nowMs);
}

export const createClient = sharedClients((config) =>
  createOpenAiClient(config, "/chat/completions"),
);
