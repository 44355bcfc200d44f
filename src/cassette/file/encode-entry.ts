import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { AnswerPart, ContentPart, Message, ProviderExtra } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import { extractBlobs } from "./blob-reference.ts";
import { type EntryFields, MOST_CASSETTE_BYTES } from "./format.ts";
import { layOut } from "./json-layout.ts";
import { Unwritable } from "./yaml/json-line.ts";
import { writeYaml } from "./yaml/write-yaml.ts";

/**
 * Takes binary content out of data and gives what stands for it; see {@link blobsInto}. Absent
 * where an entry is only looked at.
 */
type TakeBlobs = (data: Json) => Json;

/** Puts binary content into a map by its name. */
export function blobsInto(found: Map<string, Uint8Array>): TakeBlobs {
  return (data) => extractBlobs(data, found);
}

/** An entry as it stands in the file, without its separator. */
export function entryText(fields: EntryFields): string {
  return writeYaml(layOut(fields));
}

/** The request fields that a conversation's first entry holds and the later ones inherit. */
export function encodeHead(request: ModelRequest): JsonObject {
  const head: Record<string, Json> = { model: request.model };
  if (request.system !== "") head["system"] = request.system;
  if (request.tools.length > 0) head["tools"] = request.tools as unknown as Json; // JSON by its type
  if (request.serverTools.length > 0) head["serverTools"] = request.serverTools as unknown as Json;
  if (Object.keys(request.settings).length > 0) head["settings"] = request.settings as Json;
  if (request.outputSchema !== undefined) head["outputSchema"] = request.outputSchema;
  return head;
}

/** The messages as they stand under `messages:`. */
export function encodeMessages(messages: readonly Message[], take: TakeBlobs): readonly Json[] {
  return messages.map((message) => encodeMessage(message, take));
}

/** One message. */
export function encodeMessage(message: Message, take?: TakeBlobs): Json {
  switch (message.kind) {
    case "user":
      return { user: encodeContent(message.content) };
    case "assistant":
      return { assistant: encodeParts(message.parts, take) };
    case "tool": {
      const content = encodeContent(message.content);
      return { tool: { id: message.id, [message.isError ? "error" : "output"]: content } };
    }
  }
}

function encodeContent(content: readonly ContentPart[]): Json {
  const [only] = content;
  if (content.length === 1 && only?.kind === "text") return only.text;
  return content.map(encodeContentPart);
}

function encodeContentPart(part: ContentPart): Json {
  switch (part.kind) {
    case "text":
      return { text: part.text };
    case "attachment": {
      const { name, mediaType, sha256, bytes } = part;
      return { attachment: { name, mediaType, sha256, bytes: bytes.length } };
    }
    case "attachment-url":
      return { attachment: { mediaType: part.mediaType, url: part.url } };
  }
}

/** The parts of an answer, as they stand under `response:` and in `assistant:` messages. */
export function encodeParts(parts: readonly AnswerPart[], take?: TakeBlobs): readonly Json[] {
  return parts.map((part) => encodePart(part, take));
}

function encodePart(part: AnswerPart, take?: TakeBlobs): Json {
  switch (part.kind) {
    case "text":
      return { text: part.text, ...encodeExtra(part.extra, take) };
    case "thinking":
      return { thinking: part.text, ...encodeExtra(part.extra, take) };
    case "tool-call": {
      const { id, name, input, invalidInput, refusal, extra } = part;
      const given = invalidInput === undefined ? { input } : { invalid_input: invalidInput };
      const refused = refusal === undefined ? {} : { refusal };
      return { tool_call: { id, name, ...given, ...refused }, ...encodeExtra(extra, take) };
    }
    case "opaque":
      return { opaque: encodeProviderData(part.extra, take) };
  }
}

function encodeExtra(extra: ProviderExtra | undefined, take?: TakeBlobs): { extra?: Json } {
  return extra === undefined ? {} : { extra: encodeProviderData(extra, take) };
}

function encodeProviderData({ wire, data }: ProviderExtra, take?: TakeBlobs): JsonObject {
  return { wire, data: take ? take(data) : data };
}

/**
 * An entry as it stands in the file, without its separator.
 *
 * @param path the cassette, for errors
 * @throws LlmDoError `cassette-refused` for what could be written and not be read back
 */
export function readableText(fields: EntryFields, path: string): string {
  try {
    return entryText(fields);
  } catch (error) {
    if (error instanceof Unwritable) throw unreadable(path, error.message, error);
    if (!(error instanceof RangeError)) throw error;
    throw unreadable(path, "it is nested too deeply, or longer than a text can be", error);
  }
}

/**
 * @param bytes of the cassette with what is about to be written
 * @throws LlmDoError `cassette-refused` when it would be too large to be read
 */
export function checkReadable(bytes: number, path: string): void {
  if (bytes <= MOST_CASSETTE_BYTES) return;
  throw unreadable(path, `the cassette would be larger than ${MOST_CASSETTE_BYTES / 1024 ** 2} MB`);
}

function unreadable(what: string, why: string, cause?: unknown): LlmDoError {
  return new LlmDoError({
    code: "cassette-refused",
    verb: "record",
    what,
    reason: `what was to be recorded could not be read back: ${why}`,
    tries: ["let the tool answer with less, or with a text", "or run without a cassette"],
    cause,
  });
}
