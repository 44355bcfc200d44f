import { HttpResponse } from "msw";
import { type Answer, collectAnswer } from "../../src/model/answer.ts";
import { chatTransport, streamOf, useChatServer } from "../providers/openai-chat/chat-server.ts";
import type { WireExchange } from "../support/wire.ts";
import { readRequest } from "./openai-chat-request-reader.ts";

/** Asks again what was asked in a recording, of a server that answers what was answered. */
export type Replay = (exchange: WireExchange, cuts?: readonly number[]) => Promise<Answer>;

/** A server for one test file; replays must not overlap. */
export function useRecordings(): Replay {
  const server = useChatServer();
  const { signal } = new AbortController();
  return (exchange, cuts) => {
    server.answer(() => respond(exchange, cuts));
    const request = readRequest(exchange.request.body);
    return collectAnswer(chatTransport().stream(request, { signal }));
  };
}

/** A response as recorded; a stream arrives in pieces that end at these bytes. */
function respond({ response }: WireExchange, cuts: readonly number[] = []): Response {
  const { status, headers, body } = response;
  if (typeof body !== "string") return HttpResponse.json(body, { status, headers });
  const bytes = Buffer.from(body);
  const ends = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
  const pieces = [...ends, bytes.length];
  return streamOf(pieces.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)));
}
