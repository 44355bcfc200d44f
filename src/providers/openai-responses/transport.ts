import type { ModelTransport } from "../../model/transport.ts";
import type { ProviderConfig } from "../provider-config.ts";
import { OPENAI_SCHEMAS } from "../wire/schema-rules.ts";
import { createWireTransport } from "../wire/transport.ts";
import type { Wire } from "../wire/wire.ts";
import { createClient } from "./client.ts";
import { AnswerDecoder } from "./decode-answer.ts";
import { encodeRequest } from "./encode-request.ts";

const WIRE: Wire = {
  protocol: "the Responses API",
  foreignTries: [
    "for a server that speaks Chat Completions only, write openai-chat: before the model",
  ],
  name: "openai-responses",
  emptyStops: [],
  schemas: OPENAI_SCHEMAS,
  createClient,
  encode: encodeRequest,
  createDecoder: (reading) => new AnswerDecoder(reading),
};

/** A transport for OpenAI's Responses API and servers that speak it. */
export function createOpenAiResponsesTransport(
  config: ProviderConfig,
  nowMs: () => number,
): ModelTransport {
  return createWireTransport(WIRE, config, nowMs);
}
