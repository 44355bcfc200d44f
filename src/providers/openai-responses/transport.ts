import type { ModelTransport } from "../../model/transport.ts";
import type { ProviderConfig } from "../provider-config.ts";
import { DEFAULT_SWITCHES, type ServerSwitches } from "../wire/server-switches.ts";
import { createWireTransport } from "../wire/transport.ts";
import type { Wire } from "../wire/wire.ts";
import { createClient } from "./client.ts";
import { AnswerDecoder } from "./decode-answer.ts";
import { encodeRequest } from "./encode-request.ts";

const WIRE: Omit<Wire, "encode"> = {
  protocol: "the Responses API",
  foreignTries: [
    "for a server that speaks Chat Completions only, write openai-chat: before the model",
  ],
  name: "openai-responses",
  emptyStops: [],
  createClient,
  createDecoder: (reading) => new AnswerDecoder(reading),
};

/** A transport for OpenAI's Responses API and servers that speak it. */
export function createOpenAiResponsesTransport(
  config: ProviderConfig,
  nowMs: () => number,
  switches: ServerSwitches = DEFAULT_SWITCHES,
): ModelTransport {
  const encode: Wire["encode"] = (request) => encodeRequest(request, switches);
  return createWireTransport({ ...WIRE, encode }, config, nowMs);
}
