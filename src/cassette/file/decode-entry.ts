import { STOP_REASONS, type StopReason } from "../../model/event.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { AnswerPart, ContentPart, Message, ProviderExtra } from "../../model/message.ts";
import type {
  ModelRequest,
  ModelSettings,
  ServerTool,
  ToolDefinition,
} from "../../model/request.ts";
import type { Usage } from "../../model/usage.ts";
import { restoreBlobs } from "./blob-reference.ts";
import { MalformedEntry, type RecordedAnswer } from "./format.ts";

/** Gives the content of a blob by its name. */
export type ReadBlob = (name: string) => Uint8Array;

/** The answer that an exchange's fields hold. `source` is inherited and filled in by the caller. */
export function decodeAnswer(
  fields: JsonObject,
  source: RecordedAnswer["source"],
  read: ReadBlob,
): RecordedAnswer {
  const stop = fields["stop"];
  if (!STOP_REASONS.includes(stop as StopReason)) {
    throw new MalformedEntry(
      `"stop" is ${JSON.stringify(stop)}, expected one of ${STOP_REASONS.join(", ")}`,
    );
  }
  const timing = objectAt(fields, "timing");
  return {
    parts: decodeParts(fields["response"], read),
    stop: stop as StopReason,
    ...(fields["stopDetail"] === undefined ? {} : { stopDetail: textAt(fields, "stopDetail") }),
    ...(fields["answeredBy"] === undefined ? {} : { answeredBy: textAt(fields, "answeredBy") }),
    usage: decodeUsage(objectAt(fields, "usage")),
    source,
    timing: { firstMs: numberAt(timing, "firstMs"), totalMs: numberAt(timing, "totalMs") },
  };
}

function decodeUsage(usage: JsonObject): Usage {
  const optional = (name: Exclude<keyof Usage, "inputTokens" | "outputTokens">) =>
    usage[name] === undefined ? {} : { [name]: numberAt(usage, name) };
  return {
    inputTokens: numberAt(usage, "inputTokens"),
    outputTokens: numberAt(usage, "outputTokens"),
    ...optional("cacheReadTokens"),
    ...optional("cacheWriteTokens"),
    ...optional("cacheWriteHourTokens"),
    ...optional("reasoningTokens"),
  };
}

export function decodeParts(value: Json | undefined, read: ReadBlob): readonly AnswerPart[] {
  return requiredList(value, "response").map((part) => decodePart(part, read));
}

function decodePart(value: Json, read: ReadBlob): AnswerPart {
  if (!isJsonObject(value)) throw new MalformedEntry("a part of an answer is not a map");
  const extra = value["extra"] === undefined ? {} : { extra: decodeExtra(value["extra"], read) };
  if (value["text"] !== undefined) return { kind: "text", text: textAt(value, "text"), ...extra };
  if (value["thinking"] !== undefined) {
    return { kind: "thinking", text: textAt(value, "thinking"), ...extra };
  }
  if (value["opaque"] !== undefined) {
    return { kind: "opaque", extra: decodeExtra(value["opaque"], read) };
  }
  const call = objectAt(value, "tool_call");
  const { invalid_input: invalid, refusal } = call;
  return {
    kind: "tool-call",
    id: textAt(call, "id"),
    name: textAt(call, "name"),
    input: call["input"] === undefined ? {} : call["input"],
    ...(typeof invalid === "string" ? { invalidInput: invalid } : {}),
    ...(typeof refusal === "string" ? { refusal } : {}),
    ...extra,
  };
}

function decodeExtra(value: Json | undefined, read: ReadBlob): ProviderExtra {
  if (!isJsonObject(value)) throw new MalformedEntry('"extra" is not a map');
  return { wire: textAt(value, "wire"), data: restoreBlobs(value["data"] ?? null, read) };
}

/** @param before the message that the first one follows */
export function decodeMessages(value: Json | undefined, read: ReadBlob): readonly Message[] {
  if (value === undefined) return [];
  return requiredList(value, "messages").map((message) => decodeMessage(message, read));
}

function decodeMessage(value: Json, read: ReadBlob): Message {
  if (!isJsonObject(value)) throw new MalformedEntry("a message is not a map");
  if (value["user"] !== undefined) return { kind: "user", content: decodeContent(value["user"]) };
  if (value["assistant"] !== undefined) {
    return { kind: "assistant", parts: decodeParts(value["assistant"], read) };
  }
  const tool = objectAt(value, "tool");
  const isError = tool["error"] !== undefined;
  const said = tool[isError ? "error" : "output"];
  if (said === undefined) throw new MalformedEntry('a tool message has no "output" and no "error"');
  const content = decodeContent(said);
  // The name is implied by the call that the id refers to.
  return { kind: "tool", id: textAt(tool, "id"), name: "", content, isError };
}

function decodeContent(value: Json): readonly ContentPart[] {
  if (typeof value === "string") return [{ kind: "text", text: value }];
  return requiredList(value, "content").map((part): ContentPart => {
    if (!isJsonObject(part)) throw new MalformedEntry("a part of a message is not a map");
    if (part["text"] !== undefined) return { kind: "text", text: textAt(part, "text") };
    const attachment = objectAt(part, "attachment");
    const mediaType = textAt(attachment, "mediaType");
    if (attachment["url"] !== undefined) {
      return { kind: "attachment-url", mediaType, url: textAt(attachment, "url") };
    }
    numberAt(attachment, "bytes");
    return {
      kind: "attachment",
      name: textAt(attachment, "name"),
      mediaType,
      sha256: textAt(attachment, "sha256"),
      bytes: new Uint8Array(0), // requests keep the hash only
    };
  });
}

/** The request that an entry without `after` holds. */
export function decodeRequest(fields: JsonObject, read: ReadBlob): ModelRequest {
  const outputSchema = fields["outputSchema"];
  return {
    model: textAt(fields, "model"),
    system: fields["system"] === undefined ? "" : textAt(fields, "system"),
    messages: decodeMessages(fields["messages"], read),
    // These three are written from values of these types; the key tells whether they were edited.
    tools: (fields["tools"] ?? []) as unknown as readonly ToolDefinition[],
    serverTools: (fields["serverTools"] ?? []) as unknown as readonly ServerTool[],
    settings: (fields["settings"] ?? {}) as ModelSettings,
    ...(isJsonObject(outputSchema) ? { outputSchema } : {}),
  };
}

function requiredList(value: Json | undefined, name: string): readonly Json[] {
  if (!Array.isArray(value)) throw new MalformedEntry(`"${name}" is not a list`);
  return value;
}

function objectAt(fields: JsonObject, name: string): JsonObject {
  const value = fields[name];
  if (!isJsonObject(value)) throw new MalformedEntry(`"${name}" is missing or not a map`);
  return value;
}

function textAt(fields: JsonObject, name: string): string {
  const value = fields[name];
  if (typeof value !== "string") throw new MalformedEntry(`"${name}" is missing or not text`);
  return value;
}

function numberAt(fields: JsonObject, name: string): number {
  const value = fields[name];
  if (typeof value !== "number") throw new MalformedEntry(`"${name}" is missing or not a number`);
  return value;
}
