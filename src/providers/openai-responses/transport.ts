import { splitModelName } from "../../model/request.ts";
import type { ModelTransport } from "../../model/transport.ts";
import { sharedClients } from "../wire/client/client.ts";
import { createOpenAiClient } from "../wire/client/openai-client.ts";
import type { ProviderConfig } from "../wire/provider-config.ts";
import { OPENAI_SCHEMAS } from "../wire/schema/schema-rules.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { createWireTransport } from "../wire/transport.ts";
import type { Reading, Wire } from "../wire/wire.ts";
import { AnswerDecoder } from "./decode-answer.ts";
import { encodeRequest } from "./encode-request.ts";

const OPENAI_BASE_URL = "https://api.openai.com/v1";

/**
 * Most servers of one's own speak Chat Completions only; OpenAI's own server speaks both. The
 * provider `openai-chat` asks such a server only where the variable that both read names it.
 */
function chatTries({ config, model }: Reading): readonly string[] {
  const { provider, baseUrl = OPENAI_BASE_URL, baseUrlVariable } = config;
  if (URL.parse(baseUrl)?.host === URL.parse(OPENAI_BASE_URL)?.host) return [];
  const only = "if this server speaks Chat Completions only";
  if (baseUrlVariable !== "OPENAI_BASE_URL") {
    return [`${only}: set wire: openai-chat for "${provider}" under providers in llm-do.yaml`];
  }
  return [`${only}: try openai-chat:${splitModelName(model).name}`];
}

/** A transport for OpenAI's Responses API and servers that speak it. */
export function createOpenAiResponsesTransport(
  config: ProviderConfig,
  switches: ServerSwitches,
  nowMs: () => number,
): ModelTransport {
  const wire: Wire = {
    protocol: "the Responses API",
    foreignTries: chatTries,
    name: "openai-responses",
    emptyStops: [],
    schemas: OPENAI_SCHEMAS,
    createClient,
    encode: (request) => encodeRequest(request, switches),
    createDecoder: (reading) => new AnswerDecoder(reading),
  };
  return createWireTransport(wire, config, nowMs);
}

export const createClient = sharedClients((config) => createOpenAiClient(config, "/responses"));
