import type OpenAI from "openai";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { ModelEvent } from "../../model/event.ts";
import { isJsonObject } from "../../model/json.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { ModelTransport, StreamOptions } from "../../model/transport.ts";
import { connectionError, httpError, streamError } from "../http-error.ts";
import type { ProviderConfig } from "../provider-config.ts";
import { eventOfResponse, ResponseDecoder } from "./decode-events.ts";
import { encodeRequest } from "./encode-request.ts";
import { createClient, responseEvents, sendRequest, statusFailure } from "./sdk-client.ts";

/**
 * The transport for OpenAI's Responses API and servers that speak it. Always asks for a stream; a
 * server that answers with one JSON document is understood as well.
 *
 * The stream throws a `ProviderError` for what the provider or the network did wrong, an
 * `LlmDoError` with code `configuration` for a request that this wire cannot say, and the signal's
 * reason after an abort.
 *
 * @param nowMs the clock, for error messages that hold a date
 */
export function createOpenAiResponsesTransport(
  config: ProviderConfig,
  nowMs: () => number,
): ModelTransport {
  const client = createClient(config);
  return {
    async *stream(request: ModelRequest, { signal }: StreamOptions): AsyncGenerator<ModelEvent> {
      signal.throwIfAborted();
      const body = encodeRequest(request);
      const { model } = request;
      yield* answer(client, body, { config, model, signal, nowMs });
    },
  };
}

interface Asking {
  readonly config: ProviderConfig;
  /** The model's full name, for errors. */
  readonly model: string;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
}

async function* answer(client: OpenAI, body: Body, asking: Asking): AsyncGenerator<ModelEvent> {
  const { config, model, signal, nowMs } = asking;
  const decoder = new ResponseDecoder((failure) => streamError(config, model, failure));
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    const response = await sendRequest(client, body, signal);
    for await (const event of eventsOf(client, response, controller)) yield* decoder.push(event);
    signal.throwIfAborted();
    if (!decoder.ended) throw new BrokenStream();
  } catch (thrown) {
    signal.throwIfAborted();
    if (decoder.ended) return; // The answer is whole; how its connection closes changes nothing.
    if (thrown instanceof LlmDoError) throw thrown;
    const failure = statusFailure(thrown);
    if (failure) throw httpError(config, model, { ...failure, nowMs: nowMs() });
    yield* decoder.endedParts();
    throw connectionError(config, model, thrown);
  } finally {
    signal.removeEventListener("abort", abort);
    controller.abort();
  }
}

type Body = OpenAI.Responses.ResponseCreateParamsStreaming;

/** The events of a stream, or the one event that a JSON document says. */
async function* eventsOf(
  client: OpenAI,
  response: Response,
  controller: AbortController,
): AsyncGenerator<unknown> {
  if (!/\bjson\b/.test(response.headers.get("content-type") ?? "")) {
    yield* responseEvents(client, response, controller);
    return;
  }
  const body: unknown = await response.json();
  yield eventOfResponse(isJsonObject(body) ? body : {});
}

/** The stream ended as if it were whole, without the event that ends an answer. */
class BrokenStream extends Error {
  constructor() {
    super("the stream stopped before the answer was complete");
  }
}
