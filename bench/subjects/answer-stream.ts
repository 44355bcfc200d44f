import type { ModelRequest } from "../../src/model/request.ts";
import { AnswerDecoder as AnthropicDecoder } from "../../src/providers/anthropic/decode-answer.ts";
import {
  createClient as anthropicClient,
  createAnthropicTransport,
} from "../../src/providers/anthropic/transport.ts";
import { AnswerDecoder as ChatDecoder } from "../../src/providers/openai-chat/decode-answer.ts";
import {
  createClient as chatClient,
  createOpenAiChatTransport,
} from "../../src/providers/openai-chat/transport.ts";
import { AnswerDecoder as ResponsesDecoder } from "../../src/providers/openai-responses/decode-answer.ts";
import {
  createOpenAiResponsesTransport,
  createClient as responsesClient,
} from "../../src/providers/openai-responses/transport.ts";
import { RequestAbort } from "../../src/providers/wire/client/abort.ts";
import { readResponse } from "../../src/providers/wire/client/read-response.ts";
import type { ProviderConfig, WireName } from "../../src/providers/wire/provider-config.ts";
import { DEFAULT_SWITCHES } from "../../src/providers/wire/server-switches.ts";
import { type StreamQuestion, streamedEvents } from "../answer-stream.ts";
import { serve } from "../serve.ts";

/** How much of a body arrives at once. */
const PIECE_BYTES = 16 * 1024;

const config: ProviderConfig = {
  provider: "bench",
  baseUrl: "http://127.0.0.1",
  apiKey: "not-a-key",
  keyVariable: "KEY",
  headers: {},
  query: {},
};
const reading = { config, model: "bench:model" };

const WIRES = {
  anthropic: {
    transport: createAnthropicTransport(config, DEFAULT_SWITCHES, Date.now),
    client: anthropicClient(config),
    decoder: () => new AnthropicDecoder(reading),
  },
  "openai-chat": {
    transport: createOpenAiChatTransport(config, DEFAULT_SWITCHES, Date.now),
    client: chatClient(config),
    decoder: () => new ChatDecoder(reading),
  },
  "openai-responses": {
    transport: createOpenAiResponsesTransport(config, DEFAULT_SWITCHES, Date.now),
    client: responsesClient(config),
    decoder: () => new ResponsesDecoder(reading),
  },
} as const;

const request: ModelRequest = {
  model: reading.model,
  system: "",
  messages: [{ kind: "user", content: [{ kind: "text", text: "Say it." }] }],
  tools: [],
  serverTools: [],
  settings: {},
};

const bodies = new Map<string, readonly Uint8Array[]>();
let pieces: readonly Uint8Array[] = [];

/** No network: each request is answered with the pieces. */
globalThis.fetch = async () =>
  new Response(ReadableStream.from(pieces), { headers: { "content-type": "text/event-stream" } });

/** Reads an answer from the bytes of its response to the events, with or without normalising. */
serve(async (question: StreamQuestion): Promise<number> => {
  const { wire, deltaCount, isNormalised } = question;
  pieces = bodyOf(question);
  const { signal } = new AbortController();
  const startMs = performance.now();
  const events = isNormalised ? WIRES[wire].transport.stream(request, { signal }) : decoded(wire);
  let deltas = 0;
  for await (const { kind } of events) if (kind === "text-delta") deltas++;
  if (deltas !== deltaCount) throw new Error(`${deltas} deltas`);
  return performance.now() - startMs;
});

/** What the transport does, without what normalises. */
async function* decoded(wire: WireName) {
  const { client, decoder: createDecoder } = WIRES[wire];
  const decoder = createDecoder();
  const abort = new RequestAbort(new AbortController().signal);
  const response = await client.send({}, abort.signal);
  const isWhole = () => decoder.state === "ended";
  for await (const items of readResponse(response, { config, abort, isWhole })) {
    for (const item of items) {
      if (item.kind !== "event") continue;
      for (const event of decoder.push(item.event)) yield event;
    }
  }
  abort.release();
}

function bodyOf(question: StreamQuestion): readonly Uint8Array[] {
  const { wire, deltaCount } = question;
  const name = `${wire} ${deltaCount}`;
  const known = bodies.get(name);
  if (known) return known;
  const text = streamedEvents(question).map(
    (event) => `data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`,
  );
  const bytes = Buffer.from(text.join(""));
  const cut = Array.from({ length: Math.ceil(bytes.length / PIECE_BYTES) }, (_, index) =>
    bytes.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES),
  );
  bodies.set(name, cut);
  return cut;
}
