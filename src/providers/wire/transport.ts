import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { ModelEvent } from "../../model/event.ts";
import type { Json } from "../../model/json.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { CacheLifetime, ModelTransport } from "../../model/transport.ts";
import { ProviderError } from "../provider-error.ts";
import { AnswerNormaliser } from "./answer/normalise-answer.ts";
import { RequestAbort } from "./client/abort.ts";
import { StatusFailure } from "./client/client.ts";
import { type ReceivedItem, readResponse } from "./client/read-response.ts";
import { errorDocument } from "./errors/error-body.ts";
import { foreignBody, foreignDocument } from "./errors/foreign-answer.ts";
import {
  brokenStreamError,
  causesOf,
  connectionError,
  httpError,
  streamError,
} from "./errors/http-error.ts";
import { withoutSecrets } from "./errors/secrets.ts";
import type { ProviderConfig } from "./provider-config.ts";
import type { Reading, Wire, WireClient, WireDecoder, WireEnd, WireEvent } from "./wire.ts";

/**
 * The transport of one provider. Always asks for a stream; a server that answers with one document
 * is understood as well.
 *
 * Its streams throw `ProviderError` for what the server or the network did instead of an answer;
 * `LlmDoError` with code `configuration` for a request that the
 * wire has no words for; and the signal's reason after an abort.
 *
 * @param nowMs the clock, for a `retry-after` that is a date
 */
export function createWireTransport(
  wire: Wire,
  config: ProviderConfig,
  nowMs: () => number,
): ModelTransport {
  const client = wire.createClient(config);
  return {
    stream: (request, { signal, cache }) =>
      answer({ wire, config, nowMs, client, request, signal, cache }),
  };
}

interface Exchange {
  readonly wire: Wire;
  readonly config: ProviderConfig;
  readonly nowMs: () => number;
  readonly client: WireClient;
  readonly request: ModelRequest;
  readonly signal: AbortSignal;
  readonly cache: CacheLifetime | undefined;
}

async function* answer(exchange: Exchange): AsyncGenerator<ModelEvent, void, undefined> {
  const { wire, config, request, signal } = exchange;
  signal.throwIfAborted();
  const body = wire.encode(request, exchange.cache);
  const decoder = wire.createDecoder(readingOf(exchange));
  const normaliser = new AnswerNormaliser(request, wire, (text) => withoutSecrets(config, text));
  const abort = new RequestAbort(signal);
  let end: WireEnd | undefined;
  try {
    const response = await send(exchange, body, abort);
    const isWhole = () => decoder.state === "ended";
    for await (const items of readResponse(response, { config, abort, isWhole })) {
      for (const item of items) {
        abort.throwIfAborted();
        for (const event of decode(exchange, decoder, item)) {
          if (event.kind === "end") end = event;
          else if (normaliser.isPlain(event)) yield event;
          else for (const said of normaliser.push(event)) yield said;
        }
        if (decoder.state === "ended") break;
      }
      if (decoder.state === "ended") break;
    }
    if (decoder.state === "open") {
      failOnForeign(exchange, decoder);
      throw brokenStreamError(config, request.model, NO_END);
    }
  } catch (thrown) {
    signal.throwIfAborted();
    if (decoder.state === "open") throw asProviderError(exchange, thrown);
    // The answer is whole; how its connection closes changes at most the usage.
    if (thrown instanceof LlmDoError) throw thrown;
  } finally {
    abort.release();
  }
  for (const event of end ? [] : decoder.end()) {
    if (event.kind === "end") end = event;
    else yield* normaliser.push(event);
  }
  if (end) yield* normaliser.end(end);
}

function readingOf({ wire, config, request: { model } }: Exchange): Reading {
  return { config, model, foreignTries: () => wire.foreignTries({ config, model }) };
}

const NO_END = "the stream stopped before the answer was complete";

async function send(
  exchange: Exchange,
  body: Parameters<WireClient["send"]>[0],
  abort: RequestAbort,
): Promise<Response> {
  const { wire, client, config, request, nowMs } = exchange;
  try {
    return await abort.race(client.send(body, abort.signal));
  } catch (thrown) {
    const failure = causesOf(thrown).find((cause) => cause instanceof StatusFailure);
    if (failure instanceof StatusFailure) {
      const { status, headers, body: sent } = failure;
      const foreignTries = wire.foreignTries(readingOf(exchange));
      const said = { status, headers, body: sent, nowMs: nowMs(), foreignTries };
      throw httpError(config, request.model, said);
    }
    throw thrown instanceof LlmDoError ? thrown : connectionError(config, request.model, thrown);
  }
}

function decode(
  exchange: Exchange,
  decoder: WireDecoder,
  item: ReceivedItem,
): readonly WireEvent[] {
  const { wire, config, request } = exchange;
  const { model } = request;
  switch (item.kind) {
    case "event":
      return decoder.push(item.event);
    case "document":
      return decoder.pushWhole(item.document) ?? failOn(exchange, item.document);
    case "done":
      failOnForeign(exchange, decoder);
      return decoder.pushDone();
    case "broken":
      throw brokenStreamError(config, model, item.cause);
    case "foreign":
      throw foreignBody(wire, { config, model }, item.seen);
    default:
      return item satisfies never;
  }
}

/** @throws ProviderError for a stream that was one of another protocol */
function failOnForeign(exchange: Exchange, { foreign }: WireDecoder): void {
  if (foreign !== undefined) failOn(exchange, foreign);
}

/** @throws ProviderError for JSON that is no answer: an error in a shape of its own, or foreign */
function failOn({ wire, config, request }: Exchange, document: Json): never {
  const { model } = request;
  const error = errorDocument(document);
  const foreignTries = wire.foreignTries({ config, model });
  if (error) throw streamError(config, model, { ...error, foreignTries });
  throw foreignDocument(wire, { config, model }, document);
}

function asProviderError({ config, request }: Exchange, thrown: unknown): LlmDoError {
  if (thrown instanceof ProviderError || thrown instanceof LlmDoError) return thrown;
  return brokenStreamError(config, request.model, thrown);
}
