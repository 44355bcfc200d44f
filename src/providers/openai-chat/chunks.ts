import { Stream } from "openai/streaming";
import type { Json } from "../../model/json.ts";
import { foreignProtocol } from "./answer-errors.ts";

/** A chunk of a stream, or a whole completion. */
export interface ReceivedChunk {
  readonly chunk: Json;
  readonly isWhole: boolean;
}

/**
 * Reads a good response, whatever form the server chose: an event stream, as asked, or one
 * completion.
 *
 * @param events the response's body, decoded as an event stream when it is read
 * @throws ProviderError when the body is neither
 */
export async function* readChunks(
  response: Response,
  events: AsyncIterable<unknown>,
  model: string,
): AsyncGenerator<ReceivedChunk> {
  if (mediaTypeOf(response) === "text/event-stream") {
    yield* streamed(events);
    return;
  }
  const text = await response.text();
  const completion = parseJson(text);
  if (completion !== undefined) {
    yield { chunk: completion, isWhole: true };
  } else if (/^\s*(data|event|id|retry)?:/.test(text)) {
    // An event stream behind a proxy that lost its content type.
    yield* streamed(Stream.fromSSEResponse(new Response(text), new AbortController()));
  } else {
    throw foreignProtocol(model, parseJson(firstLine(text)) ?? mediaTypeOf(response));
  }
}

async function* streamed(events: AsyncIterable<unknown>): AsyncGenerator<ReceivedChunk> {
  // The SDK made the events with JSON.parse, so they are JSON.
  for await (const chunk of events) yield { chunk: chunk as Json, isWhole: false };
}

function mediaTypeOf(response: Response): string {
  const type = response.headers.get("content-type") ?? "";
  return type.split(";")[0]?.trim().toLowerCase() ?? "";
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function firstLine(text: string): string {
  return text.trimStart().split("\n", 1)[0] ?? "";
}
