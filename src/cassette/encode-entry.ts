import type { Json, JsonObject } from "../model/json.ts";
import type { AnswerPart, ContentPart, Message, ProviderExtra } from "../model/message.ts";
import type { ModelRequest } from "../model/request.ts";
import type { Rewrite } from "./rules.ts";

/** The request fields that a conversation's first entry holds and the later ones inherit. */
export function encodeHead(request: ModelRequest, rewrite: Rewrite | undefined): JsonObject {
  const head: Record<string, Json> = { model: request.model };
  if (request.system !== "") head["system"] = request.system;
  if (request.tools.length > 0) head["tools"] = request.tools as unknown as Json; // JSON by its type
  if (request.serverTools.length > 0) head["serverTools"] = request.serverTools as unknown as Json;
  if (Object.keys(request.settings).length > 0) head["settings"] = request.settings as Json;
  if (request.outputSchema !== undefined) head["outputSchema"] = request.outputSchema;
  return rewriteStrings(head, rewrite) as JsonObject;
}

export function encodeMessages(
  messages: readonly Message[],
  rewrite: Rewrite | undefined,
): readonly Json[] {
  return messages.map((message) => rewriteStrings(encodeMessage(message), rewrite));
}

function encodeMessage(message: Message): Json {
  switch (message.kind) {
    case "user":
      return { user: encodeContent(message.content) };
    case "assistant":
      return { assistant: message.parts.map(encodePart) };
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
export function encodeParts(
  parts: readonly AnswerPart[],
  rewrite: Rewrite | undefined,
): readonly Json[] {
  return parts.map((part) => rewriteStrings(encodePart(part), rewrite));
}

function encodePart(part: AnswerPart): Json {
  switch (part.kind) {
    case "text":
      return { text: part.text, ...encodeExtra(part.extra) };
    case "thinking":
      return { thinking: part.text, ...encodeExtra(part.extra) };
    case "tool-call": {
      const { id, name, input, invalidInput, extra } = part;
      const given = invalidInput === undefined ? { input } : { invalid_input: invalidInput };
      return { tool_call: { id, name, ...given }, ...encodeExtra(extra) };
    }
    case "opaque":
      return { opaque: { wire: part.extra.wire, data: part.extra.data } };
  }
}

function encodeExtra(extra: ProviderExtra | undefined): { extra?: Json } {
  return extra === undefined ? {} : { extra: { wire: extra.wire, data: extra.data } };
}

/** The same value with every string but the keys rewritten. */
export function rewriteStrings(value: Json, rewrite: Rewrite | undefined): Json {
  if (rewrite === undefined) return value;
  if (typeof value === "string") return rewrite(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => rewriteStrings(item, rewrite));
  const out: Record<string, Json> = {};
  for (const [key, field] of Object.entries(value)) out[key] = rewriteStrings(field, rewrite);
  return out;
}
