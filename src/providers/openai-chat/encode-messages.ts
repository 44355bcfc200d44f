import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type {
  AnswerPart,
  AssistantMessage,
  Message,
  ThinkingPart,
  ToolCallPart,
  ToolMessage,
} from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { attachedText, type ContentReceiver, encodeUserContent } from "./encode-content.ts";
import { mergeDetails } from "./reasoning.ts";
import { ownData } from "./wire-rules.ts";

/**
 * The conversation as Chat Completions takes it, instructions first.
 *
 * @param request a sendable one, as `prepareRequest` makes it
 */
export function encodeMessages(request: ModelRequest, switches: ServerSwitches): JsonObject[] {
  const { model, system, messages } = request;
  const { systemRole } = switches;
  const out = [
    ...(system === "" ? [] : [{ role: systemRole, content: system }]),
    ...messages.map((message) => encodeMessage(message, { model, switches })),
  ];
  return system !== "" && systemRole === "user" ? joinInstructions(out) : out;
}

/**
 * Puts the instructions before the first words of the user: the templates that know no role for them
 * want users and models to take turns.
 */
function joinInstructions(messages: readonly JsonObject[]): JsonObject[] {
  const [instructions, first, ...rest] = messages;
  if (instructions === undefined || first?.role !== "user") return [...messages];
  const content =
    typeof first.content === "string"
      ? `${instructions.content}\n\n${first.content}`
      : [{ type: "text", text: instructions.content ?? "" }, ...contentParts(first.content)];
  return [{ ...first, content }, ...rest];
}

function contentParts(content: Json | undefined): readonly Json[] {
  return Array.isArray(content) ? content : [];
}

function encodeMessage(message: Message, receiver: ContentReceiver): JsonObject {
  switch (message.kind) {
    case "user":
      return { role: "user", content: encodeUserContent(message.content, receiver) };
    case "assistant":
      return encodeAnswer(message, receiver.switches);
    case "tool":
      return { role: "tool", tool_call_id: message.id, content: encodeResult(message) };
    default:
      return message satisfies never;
  }
}

/** Tool messages hold text only; images and documents follow in a user message. */
function encodeResult({ content }: ToolMessage): string {
  return content.map((part) => (part.kind === "text" ? part.text : attachedText(part))).join("\n");
}

/**
 * An answer as a message of the conversation. Reasoning goes back in the field that it came in, or
 * in the one that the server reads.
 */
function encodeAnswer(
  { parts }: AssistantMessage,
  { reasoningEcho }: Pick<ServerSwitches, "reasoningEcho">,
): JsonObject {
  const toolCalls = parts.filter((part) => part.kind === "tool-call").map(encodeToolCall);
  const isMoved = reasoningEcho === "reasoning" || reasoningEcho === "reasoning_content";
  const stays = isMoved ? parts.filter((part) => part.kind !== "thinking") : parts;
  return {
    role: "assistant",
    content: encodeSaid(stays),
    ...encodeRefusal(parts),
    ...encodeReasoning(stays),
    ...(isMoved ? moveReasoning(parts, reasoningEcho) : {}),
    ...messageFields(parts),
    ...(toolCalls.length > 0 ? { tool_calls: toolCalls } : {}),
  };
}

/** Null where calls or a refusal say it all. */
function encodeSaid(parts: readonly AnswerPart[]): Json {
  if (parts.some((part) => part.kind !== "text" && fieldOf(part) === "content")) {
    return parts.flatMap(contentBlock);
  }
  const texts = parts.filter((part) => part.kind === "text" && fieldOf(part) !== "refusal");
  const text = texts.map((part) => (part.kind === "text" ? part.text : "")).join("");
  return text === "" ? null : text;
}

/** A block of a content list, for servers that put thinking and other blocks into the content. */
function contentBlock(part: AnswerPart): JsonObject[] {
  if (part.kind === "text") return [{ type: "text", text: part.text }];
  if (part.kind === "tool-call" || fieldOf(part) !== "content") return [];
  const block = ownData(part.extra)?.block;
  if (!isJsonObject(block)) return [];
  if (part.kind === "opaque") return [block];
  return [{ ...block, type: "thinking", thinking: [{ type: "text", text: part.text }] }];
}

function encodeRefusal(parts: readonly AnswerPart[]): JsonObject {
  const refusals = parts.filter((part) => part.kind === "text" && fieldOf(part) === "refusal");
  if (refusals.length === 0) return {};
  return { refusal: refusals.map((part) => (part.kind === "text" ? part.text : "")).join("") };
}

function encodeReasoning(parts: readonly AnswerPart[]): JsonObject {
  const texts: Record<string, string> = {};
  let details: readonly Json[] = [];
  for (const part of parts) {
    if (part.kind !== "thinking") continue;
    const field = fieldOf(part);
    if (field !== undefined && field !== "content") texts[field] = (texts[field] ?? "") + part.text;
    details = mergeDetails(details, detailsOf(part));
  }
  return { ...texts, ...(details.length > 0 ? { reasoning_details: details } : {}) };
}

/** The reasoning of a server of this wire, in another field than it came in. */
function moveReasoning(parts: readonly AnswerPart[], field: string): JsonObject {
  const own = parts.filter((part) => part.kind === "thinking" && ownData(part.extra) !== undefined);
  const text = own.map((part) => (part.kind === "thinking" ? part.text : "")).join("");
  return text === "" ? {} : { [field]: text };
}

function detailsOf(part: ThinkingPart): readonly Json[] {
  const details = ownData(part.extra)?.details;
  return Array.isArray(details) ? details : [];
}

function messageFields(parts: readonly AnswerPart[]): JsonObject {
  let fields: JsonObject = {};
  for (const part of parts) {
    const own = part.kind === "opaque" ? ownData(part.extra)?.fields : undefined;
    if (isJsonObject(own)) fields = { ...fields, ...own };
  }
  return fields;
}

function encodeToolCall(part: ToolCallPart): JsonObject {
  const extra = ownData(part.extra);
  return {
    ...extra,
    id: part.id,
    type: "function",
    function: {
      ...(isJsonObject(extra?.function) ? extra.function : {}),
      name: part.name,
      arguments: JSON.stringify(part.input),
    },
  };
}

function fieldOf(part: AnswerPart): string | undefined {
  const field = ownData(part.extra)?.field;
  return typeof field === "string" ? field : undefined;
}
