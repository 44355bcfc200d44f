import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js";
import { redirectPlace, sameOriginFetch } from "../../host/same-origin-fetch.ts";
import { isJsonObject, type Json, tryParseJson } from "../../model/json.ts";
import { MAX_MESSAGE_BYTES, MESSAGE_LIMIT } from "./message-lines.ts";
import { type RequestId, repairedMessage, rpcErrorOf, rpcErrorWords } from "./rpc-message.ts";

/** Characters of a refusing server's page that are told. */
const SHOWN_BODY = 2000;

const SESSION_HEADER = "mcp-session-id";
const HTTP_NOT_FOUND = 404;
const FIRST_REFUSAL = 400;
const HTTP_OK = 200;

/** A server refused a message by its HTTP status. */
export class HttpRefusal extends Error {
  /** Whether the server has ended the session that the message was sent in. */
  readonly endsSession: boolean;

  constructor(words: string, endsSession: boolean) {
    super(words);
    this.endsSession = endsSession;
  }
}

/** What a connection is told beside the messages. */
export interface FetchWatch {
  /** The server sends a message that is larger than is read. */
  onTooLong(): void;
  /** The stream that the answer to a request was to come in has ended, and cannot be resumed. */
  onStreamEnd(requestId: string | number): void;
}

/**
 * A `fetch` for one connection to a server. It follows no redirect to another server, reads no message that is larger than
 * `MAX_MESSAGE_BYTES`, repairs those that are not as the protocol has them, and throws HttpRefusal
 * where the server refuses a message.
 */
export function connectionFetch(watch: FetchWatch): FetchLike {
  return async (url, init) => {
    const response = await sameOriginFetch(url, init);
    const elsewhere = redirectPlace(response);
    if (elsewhere !== undefined) {
      throw new HttpRefusal(
        `the server sends requests on to ${elsewhere}: is its url right?`,
        false,
      );
    }
    if (init?.method === "POST" && response.status >= FIRST_REFUSAL) {
      const hasSession = new Headers(init.headers).has(SESSION_HEADER);
      throw await httpRefusal(response, hasSession);
    }
    return limitedResponse(response, { watch, requestId: requestIdOf(init) });
  };
}

/** The id of the request that is sent, if it is one. */
function requestIdOf(init: RequestInit | undefined): string | number | undefined {
  const message = typeof init?.body === "string" ? tryParseJson(init.body) : undefined;
  const { method, id } = isJsonObject(message) ? message : {};
  const isId = typeof id === "string" || typeof id === "number";
  return method !== undefined && isId ? id : undefined;
}

async function httpRefusal(response: Response, hasSession: boolean): Promise<HttpRefusal> {
  const { status, statusText } = response;
  const body = await bodyText(response);
  const error = rpcErrorOf(tryParseJson(body));
  const shown = body.length <= SHOWN_BODY ? body : `${body.slice(0, SHOWN_BODY)}…`;
  const plain = `the server answers HTTP ${status}${statusText === "" ? "" : ` ${statusText}`}`;
  const words = error
    ? rpcErrorWords(error, status)
    : `${plain}${shown === "" ? "" : `: ${shown}`}`;
  return new HttpRefusal(words, hasSession && status === HTTP_NOT_FOUND);
}

async function bodyText({ body }: Response): Promise<string> {
  if (!body) return "";
  try {
    return (await new Response(ReadableStream.from(limited(body))).text()).trim();
  } catch {
    return ""; // the status says enough
  }
}

interface Receiving {
  readonly watch: FetchWatch;
  readonly requestId: string | number | undefined;
}

function limitedResponse(response: Response, { watch, requestId }: Receiving): Response {
  const { body, status, statusText, headers } = response;
  if (!body || status !== HTTP_OK) return response;
  const isStream = /^\s*text\/event-stream\b/i.test(headers.get("content-type") ?? "");
  const stream = isStream
    ? repairedEvents(events(body, { watch, requestId }), requestId)
    : repairedBody(limited(body, watch), requestId);
  return new Response(ReadableStream.from(stream), { status, statusText, headers });
}

/** All of a body is one message. */
async function* limited(body: ReadableStream<Uint8Array>, watch?: FetchWatch) {
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    checkSize(bytes, watch);
    yield piece;
  }
}

/** Server-sent events, each of which is a message. */
async function* events(body: ReadableStream<Uint8Array>, { watch, requestId }: Receiving) {
  const size = new EventSize();
  let isResumable = false;
  try {
    for await (const piece of body) {
      isResumable ||= /(?:^|[\r\n])id:/.test(Buffer.from(piece).toString("latin1"));
      checkSize(size.after(piece), watch);
      yield piece;
    }
  } finally {
    // An event's id lets the SDK go on where the stream broke off.
    if (requestId !== undefined && !isResumable) watch.onStreamEnd(requestId);
  }
}

/** A body that is one message, or a list of them. */
async function* repairedBody(body: AsyncIterable<Uint8Array>, requestId: RequestId | undefined) {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  yield Buffer.from(repairedText(Buffer.concat(pieces).toString("utf8"), requestId));
}

/** A stream whose events each have their message in one line of data. */
async function* repairedEvents(body: AsyncIterable<Uint8Array>, requestId: RequestId | undefined) {
  let held: Uint8Array[] = [];
  for await (const piece of body) {
    const end = Math.max(piece.lastIndexOf(NEWLINE), piece.lastIndexOf(RETURN)) + 1;
    if (end > 0) {
      const lines = Buffer.concat([...held, piece.subarray(0, end)]).toString("utf8");
      held = [];
      yield Buffer.from(
        lines.replace(/(?<=^|[\r\n])data:[^\r\n]*/g, (line) => {
          const data = line.slice("data:".length);
          const repaired = repairedText(data, requestId);
          return `data:${repaired}`;
        }),
      );
    }
    held.push(piece.subarray(end));
  }
  yield Buffer.concat(held);
}

/** The very same text where there is nothing to repair. */
function repairedText(text: string, requestId: RequestId | undefined): string {
  const message = tryParseJson(text);
  if (message === undefined) return text;
  const place = { open: requestId === undefined ? [] : [requestId], isPure: true };
  if (!Array.isArray(message)) {
    const repaired = repairedMessage(message, place);
    return repaired === message ? text : JSON.stringify(repaired);
  }
  return JSON.stringify(message.map((one: Json) => repairedMessage(one, place)));
}

function checkSize(bytes: number, watch: FetchWatch | undefined): void {
  if (bytes <= MAX_MESSAGE_BYTES) return;
  watch?.onTooLong();
  throw new Error(`it exceeds ${MESSAGE_LIMIT}`);
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Counts the bytes of the event that a stream is in; an empty line ends it. */
class EventSize {
  #bytes = 0;
  #isLineEmpty = true;

  /** The bytes of the event so far, with one more piece of the stream. */
  after(piece: Uint8Array): number {
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      const isBlank = end === start || (end === start + 1 && piece[start] === RETURN);
      this.#bytes = this.#isLineEmpty && isBlank ? 0 : this.#bytes + end - start + 1;
      this.#isLineEmpty = true;
      start = end + 1;
    }
    this.#bytes += piece.length - start;
    if (start < piece.length && piece[piece.length - 1] !== RETURN) this.#isLineEmpty = false;
    return this.#bytes;
  }
}
