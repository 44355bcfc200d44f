import type { OpenAI } from "openai";
import type { ChatCompletionCreateParamsStreaming } from "openai/resources/chat/completions";
import type { JsonObject } from "../../model/json.ts";
import type { ModelTransport } from "../../model/transport.ts";
import type { ProviderConfig } from "../provider-config.ts";
import { ProviderError } from "../provider-error.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { AnswerDecoder } from "./answer-decoder.ts";
import { type ReceivedChunk, readChunks } from "./chunks.ts";
import { createClient, isCutOff, toProviderError } from "./client.ts";
import { encodeRequest } from "./encode-request.ts";

/**
 * A transport that speaks Chat Completions, to OpenAI or to a server that is compatible with it.
 *
 * A stream that breaks hands on the parts that were whole, then throws a `ProviderError` that is
 * retryable. An abort throws the signal's reason.
 */
export function createOpenAiChatTransport(
  config: ProviderConfig,
  switches: ServerSwitches,
  nowMs: () => number,
): ModelTransport {
  const client = createClient(config);
  return {
    async *stream(request, { signal }) {
      signal.throwIfAborted();
      const body = encodeRequest(request, switches);
      const decoder = new AnswerDecoder(config, request);
      const { model } = request;
      const chunks = receive({ client, config, model, body, signal, nowMs, decoder });
      try {
        for await (const { chunk, isWhole } of chunks) yield* decoder.push(chunk, isWhole);
      } catch (thrown) {
        if (thrown instanceof ProviderError) yield* decoder.salvage();
        throw thrown;
      }
      yield* decoder.end();
    },
  };
}

interface Exchange {
  readonly client: OpenAI;
  readonly config: ProviderConfig;
  readonly model: string;
  readonly body: JsonObject;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  readonly decoder: AnswerDecoder;
}

/** Sends the request and reads its response; whatever fails on the way is a `ProviderError`. */
async function* receive(exchange: Exchange): AsyncGenerator<ReceivedChunk> {
  const { client, config, model, signal, decoder } = exchange;
  try {
    // The body also holds fields that only some servers know, which the SDK's type does not have.
    const body = exchange.body as unknown as ChatCompletionCreateParamsStreaming;
    const { data, response } = await client.chat.completions
      .create(body, { signal })
      .withResponse();
    yield* readChunks(response, data, model);
  } catch (thrown) {
    signal.throwIfAborted();
    // Only the usage is lost when the connection ends after the finish reason.
    if (isCutOff(thrown) && decoder.hasFinished) return;
    throw toProviderError(config, model, { thrown, nowMs: exchange.nowMs() });
  }
  // The SDK ends an aborted stream as if it were whole.
  signal.throwIfAborted();
}
