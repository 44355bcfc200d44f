import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type {
  AnswerPart,
  AssistantMessage,
  ThinkingPart,
  ToolCallPart,
} from "../../model/message.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { ownData } from "./extra.ts";
import { mergeDetails } from "./reasoning.ts";

/**
 * An answer as a message of the conversation. Reasoning goes back in the field that it came in, or
 * in the one that the server reads.
 */
export function encodeAnswer(
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
