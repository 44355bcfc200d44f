import { APIError } from "@anthropic-ai/sdk";
import type { ModelEvent } from "../../model/event.ts";
import { isJsonObject, type JsonObject } from "../../model/json.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { ModelTransport } from "../../model/transport.ts";
import { readErrorBody } from "../error-body.ts";
import { brokenStreamError, connectionError, httpError, streamError } from "../http-error.ts";
import type { ProviderConfig } from "../provider-config.ts";
import { ProviderError } from "../provider-error.ts";
import { createAnthropicClient } from "./client.ts";
import { EventDecoder } from "./decode-events.ts";
import { decodeMessage } from "./decode-message.ts";
import { encodeRequest } from "./encode-request.ts";
import { readEvents } from "./read-events.ts";
import { untilAborted } from "./until-aborted.ts";

/**
 * A transport that speaks the Anthropic Messages API, to Anthropic or a compatible server.
 *
 * Its streams throw `ProviderError` for what the server answers instead of an answer, `LlmDoError`
 * with code `configuration` for a request that the wire has no words for, and the signal's reason.
 *
 * @param nowMs the clock, for a `retry-after` that is a date
 */
export function createAnthropicTransport(
  config: ProviderConfig,
  nowMs: () => number,
): ModelTransport {
  const client = createAnthropicClient(config);

  async function send(request: ModelRequest, runSignal: AbortSignal): Promise<Response> {
    const body = encodeRequest(request);
    // The SDK leaves its listener on the signal, so each request has a signal of its own.
    const signal = AbortSignal.any([runSignal]);
    try {
      // Not `messages.create`, which warns about old models on the console.
      return await client.post("/v1/messages", { body, signal, stream: true }).asResponse();
    } catch (error) {
      throw sendError(request.model, error);
    }
  }

  function sendError(model: string, error: unknown): ProviderError {
    if (!(error instanceof APIError) || error.status === undefined || !error.headers) {
      return connectionError(config, model, error);
    }
    const { status, headers } = error;
    return httpError(config, model, { status, headers, body: bodyOf(error), nowMs: nowMs() });
  }

  async function* receive(model: string, response: Response): AsyncGenerator<JsonObject> {
    try {
      yield* readEvents(response);
    } catch (error) {
      throw error instanceof ProviderError ? error : brokenStreamError(config, model, error);
    }
  }

  async function* readStream(model: string, response: Response): AsyncGenerator<ModelEvent> {
    const decoder = new EventDecoder();
    let isStream = response.headers.get("content-type")?.includes("event-stream") ?? false;
    for await (const event of receive(model, response)) {
      isStream = true;
      if (event.type === "error") throw streamError(config, model, readErrorBody(event));
      yield* decoder.push(event);
      if (decoder.ended) return;
    }
    if (!isStream) throw noAnswer(model, response);
    throw brokenStreamError(config, model, "it stopped before its message_stop");
  }

  function noAnswer(model: string, response: Response): ProviderError {
    const type = response.headers.get("content-type") ?? "content of no type";
    return new ProviderError({
      what: model,
      reason: `the server sent ${type} instead of an answer`,
      status: response.status,
      retryable: false,
      tries: ["check that the base URL is one of the Anthropic Messages API"],
    });
  }

  async function* readWhole(model: string, response: Response): AsyncGenerator<ModelEvent> {
    const message = await response.json().catch((error: unknown) => {
      throw error instanceof ProviderError ? error : brokenStreamError(config, model, error);
    });
    const events = isJsonObject(message) ? decodeMessage(message) : undefined;
    if (events === undefined) {
      const { type, message: text } = readErrorBody(message);
      throw streamError(config, model, { type, message: text ?? "the body is no message" });
    }
    yield* events;
  }

  async function* ask(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    const response = await send(request, signal);
    const whole = response.headers.get("content-type")?.includes("json") ?? false;
    yield* (whole ? readWhole : readStream)(request.model, response);
  }

  return {
    stream: (request, { signal }) => untilAborted(ask(request, signal), signal),
  };
}

/** What the server sent with an error: JSON, or the text that the SDK put into its message. */
function bodyOf(error: APIError): JsonObject | string | undefined {
  if (isJsonObject(error.error)) return error.error;
  const text = error.message.replace(/^\d+ /, "");
  return text === "status code (no body)" ? undefined : text;
}
