import { createParser } from "eventsource-parser";
import { isJsonObject, type Json, tryParseJson } from "../../../model/json.ts";
import { grouped } from "../../../words/counted.ts";
import { ProviderError } from "../../provider-error.ts";
import type { ProviderConfig } from "../provider-config.ts";
import type { RequestAbort } from "./abort.ts";

/** One thing that a response says. */
export type ReceivedItem =
  | { readonly kind: "event"; readonly event: Json }
  /** The whole body is one JSON document. */
  | { readonly kind: "document"; readonly document: Json }
  /** The mark `[DONE]`, with which servers of OpenAI's protocols end a stream. */
  | { readonly kind: "done" }
  /** An event or a document that is no JSON. */
  | { readonly kind: "broken"; readonly cause: unknown }
  /** The body is neither events nor JSON. */
  | { readonly kind: "foreign"; readonly seen: ForeignBody };

/** A body that no wire speaks: the beginning of its text. */
export interface ForeignBody {
  readonly mediaType: string;
  readonly text: string;
}

/**
 * Bytes of one response that are read. The longest answers on offer have 128,000 tokens, each in an
 * event of a few hundred bytes, and generated images have a few million bytes each.
 */
export const MAX_RESPONSE_BYTES = 256 * 1024 * 1024;

/** Characters of a foreign body that are looked at; a login page says who sent it at its top. */
const FOREIGN_CHARACTERS = 4096;

/** How a response is read. */
interface ResponseReading {
  readonly config: ProviderConfig;
  readonly abort: RequestAbort;
  /** Returns true once the answer has ended, whatever may still come. */
  readonly isWhole: () => boolean;
}

/**
 * How long a server may take to close the body after the answer's end mark. Most do it with the
 * same packet, and then the connection serves the next request.
 */
const CLOSE_MS = 250;

/** Bytes that may come after the answer's end mark: an empty line, `[DONE]`, usage. */
const REST_BYTES = 64 * 1024;

/**
 * Reads a good response, whatever form the server chose: events, as asked, or one document. The
 * form is told by the first character, since proxies lose content types and servers send errors as
 * JSON under `text/event-stream`.
 *
 * @returns the items of each piece of the body that arrived
 * @throws ProviderError for a body without end; whatever the network throws; the run's reason after
 * an abort
 */
export async function* readResponse(
  response: Response,
  reading: ResponseReading,
): AsyncGenerator<readonly ReceivedItem[], void, undefined> {
  const body = response.body?.getReader();
  if (!body) return;
  const { config, abort, isWhole } = reading;
  const mediaType = mediaTypeOf(response);
  const budget = new ByteBudget(config);
  const decoder = new TextDecoder();
  let form: BodyReader | undefined;
  let beginning = "";
  const push = (text: string): readonly ReceivedItem[] => {
    if (form) return form.push(text);
    beginning += text;
    form = readerFor(beginning, mediaType);
    return form?.push(beginning) ?? [];
  };
  try {
    for (;;) {
      const { done, value } = await abort.race(body.read());
      if (done) break;
      budget.spend(value.byteLength);
      yield push(decoder.decode(value, { stream: true }));
    }
    yield push(decoder.decode());
  } finally {
    // Neither is awaited: a body that hangs would not let go.
    if (isWhole()) finish(body);
    else cancel(body);
  }
  if (form) yield form.end();
}

type BodyStream = ReadableStreamDefaultReader<Uint8Array>;

/** Ends the connection: nobody wants the rest. */
function cancel(body: BodyStream): void {
  body.cancel().catch(() => undefined);
}

/** Reads the little that follows an answer's end, so that the connection can be used again. */
async function finish(body: BodyStream): Promise<void> {
  const timer = setTimeout(cancel, CLOSE_MS, body);
  try {
    for (let bytes = 0; bytes <= REST_BYTES; ) {
      const { done, value } = await body.read();
      if (done) return;
      bytes += value.byteLength;
    }
    cancel(body);
  } catch {
    // The answer is whole; how its connection closes does not change it.
  } finally {
    clearTimeout(timer);
  }
}

interface BodyReader {
  push(text: string): readonly ReceivedItem[];
  end(): readonly ReceivedItem[];
}

/** The reader for a body that begins so; undefined while nothing but white space came. */
function readerFor(beginning: string, mediaType: string): BodyReader | undefined {
  const first = beginning.trimStart().slice(0, 1);
  if (first === "") return undefined;
  if (first === "{" || first === "[") return new DocumentReader();
  // A line of an event stream begins with a field's name or a colon.
  return /[a-z:]/i.test(first) ? new EventReader(mediaType) : new ForeignReader(mediaType);
}

class EventReader implements BodyReader {
  readonly #parser = createParser({ onEvent: ({ event, data }) => this.#take(event, data) });
  readonly #foreign: ForeignReader;
  #items: ReceivedItem[] = [];
  #hasEvents = false;

  constructor(mediaType: string) {
    this.#foreign = new ForeignReader(mediaType);
  }

  push(text: string): readonly ReceivedItem[] {
    if (!this.#hasEvents) this.#foreign.push(text);
    this.#parser.feed(text);
    return this.#taken();
  }

  /** The last event counts without the blank line that should follow it. */
  end(): readonly ReceivedItem[] {
    this.#parser.feed("\n\n");
    const items = this.#taken();
    return this.#hasEvents || this.#foreign.beginsAsStream ? items : this.#foreign.end();
  }

  #taken(): readonly ReceivedItem[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  #take(name: string | undefined, data: string): void {
    this.#hasEvents = true;
    if (data === "") return;
    if (data === "[DONE]") this.#items.push({ kind: "done" });
    else this.#items.push(itemOf(name, data));
  }
}

/** An event's data. Where they do not say their type, the event's name does. */
function itemOf(name: string | undefined, data: string): ReceivedItem {
  let event: Json;
  try {
    event = JSON.parse(data);
  } catch (cause) {
    if (name !== "error") return { kind: "broken", cause };
    // An error is told even when a proxy in between wrote it as plain text.
    event = { type: "error", error: { message: data } };
  }
  if (name === undefined || !isJsonObject(event) || event.type !== undefined) {
    return { kind: "event", event };
  }
  return { kind: "event", event: { ...event, type: name } };
}

class DocumentReader implements BodyReader {
  #text = "";

  push(text: string): readonly ReceivedItem[] {
    this.#text += text;
    return [];
  }

  /** Ollama's own protocol is lines of JSON: the first says enough to name it. */
  end(): readonly ReceivedItem[] {
    try {
      return [{ kind: "document", document: JSON.parse(this.#text) }];
    } catch (cause) {
      const [line = "", ...more] = this.#text.trim().split("\n");
      const document = more.length > 0 ? tryParseJson(line) : undefined;
      return [document === undefined ? { kind: "broken", cause } : { kind: "document", document }];
    }
  }
}

/** What a line of an event stream begins with; the last is a comment. */
const FIELDS = ["data:", "event:", "id:", "retry:", ":"];

/** A page, or text that is no event. */
class ForeignReader implements BodyReader {
  readonly #mediaType: string;
  #text = "";

  constructor(mediaType: string) {
    this.#mediaType = mediaType;
  }

  push(text: string): readonly ReceivedItem[] {
    const room = FOREIGN_CHARACTERS - this.#text.length;
    if (room > 0) this.#text += text.slice(0, room);
    return [];
  }

  /** Whether it may be an event stream that was cut before its first event was whole. */
  get beginsAsStream(): boolean {
    const text = this.#text.trimStart();
    return FIELDS.some((field) => text.startsWith(field) || field.startsWith(text));
  }

  end(): readonly ReceivedItem[] {
    return [{ kind: "foreign", seen: { mediaType: this.#mediaType, text: this.#text } }];
  }
}

/**
 * Counts the bytes of a response: arguments of a tool call, or a line, would else be gathered until
 * the memory is full.
 */
class ByteBudget {
  readonly #provider: string;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor({ provider, maxResponseBytes = MAX_RESPONSE_BYTES }: ProviderConfig) {
    this.#provider = provider;
    this.#maxBytes = maxResponseBytes;
  }

  /** @throws ProviderError at the first byte too many; asking again would not help */
  spend(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= this.#maxBytes) return;
    throw new ProviderError({
      what: this.#provider,
      reason: `its answer has more than ${grouped(this.#maxBytes)} bytes and no end`,
      retryable: false,
      tries: ["check the server that the model's name stands for"],
    });
  }
}

function mediaTypeOf(response: Response): string {
  const type = response.headers.get("content-type") ?? "";
  return type.split(";")[0]?.trim().toLowerCase() ?? "";
}
