import type { Json, JsonObject } from "../model/json.ts";
import type { AnswerPart, ContentPart, Message, ProviderExtra } from "../model/message.ts";
import type { ModelRequest } from "../model/request.ts";
import { extractBlobs } from "./blob-reference.ts";
import type { EntryFields } from "./entry.ts";
import { layOut } from "./json-layout.ts";
import { writeYaml } from "./yaml/write-yaml.ts";

/**
 * Takes binary content out of data and gives what stands for it; see {@link blobsInto}. Absent
 * where an entry is only looked at.
 */
export type TakeBlobs = (data: Json) => Json;

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
