import type {
  ContentBlockParam,
  MessageParam,
  TextCitationParam,
  ToolResultBlockParam,
} from "@anthropic-ai/sdk/resources/messages/messages";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type {
  AnswerPart,
  AnswerTextPart,
  ContentPart,
  Message,
  ThinkingPart,
  ToolMessage,
} from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import { refuseRequest } from "../wire/refuse-request.ts";
import { encodeAttachment } from "./encode-content.ts";
import { ownData } from "./wire-rules.ts";

/**
 * The messages of a request. The wire knows no messages of tools: results stand first in the user
 * message after the answer with their calls.
 *
 * @param messages sendable ones, as `prepareRequest` makes them
 */
export function encodeMessages(messages: readonly Message[], model: string): MessageParam[] {
  const encoded: { role: "user" | "assistant"; content: ContentBlockParam[] }[] = [];
  for (const message of messages) {
    const role = message.kind === "assistant" ? "assistant" : "user";
    const content = encodeMessage(message, model);
    const last = encoded.at(-1);
    if (last?.role === role) last.content.push(...content);
    else encoded.push({ role, content });
  }
  return encoded;
}

function encodeMessage(message: Message, model: string): ContentBlockParam[] {
  switch (message.kind) {
    case "user":
      return encodeBlocks(message.content, model);
    case "assistant":
      return message.parts.map(encodeAnswerPart);
    case "tool":
      return [encodeResult(message, model)];
    default:
      return message satisfies never;
  }
}

function encodeResult({ id, content, isError }: ToolMessage, model: string): ToolResultBlockParam {
  return {
    type: "tool_result",
    tool_use_id: id,
    content: encodeBlocks(content, model),
    ...(isError ? { is_error: true } : {}),
  };
}

type Content = Exclude<ToolResultBlockParam["content"], string | undefined>[number] &
  ContentBlockParam;

function encodeBlocks(content: readonly ContentPart[], model: string): Content[] {
  return content.map((part) =>
    part.kind === "text" ? { type: "text", text: part.text } : encodeAttachment(part, model),
  );
}

/** The block that sends a part of an answer back, one that `prepareRequest` left in. */
function encodeAnswerPart(part: AnswerPart): ContentBlockParam {
  const own: JsonObject = ownData(part.extra) ?? {};
  switch (part.kind) {
    case "text":
      return encodeText(part);
    case "thinking":
      return encodeThinkingPart(part, own);
    case "tool-call": {
      const { id, name, input } = part;
      return { ...own, type: "tool_use", id, name, input };
    }
    case "opaque":
      // What this wire once said it takes back unchanged, whatever block it is.
      return own as unknown as ContentBlockParam;
    default:
      return part satisfies never;
  }
}

function encodeText({ text, extra }: AnswerTextPart): ContentBlockParam {
  const citations = ownData(extra)?.citations;
  if (!Array.isArray(citations)) return { type: "text", text };
  return { type: "text", text, citations: citations.map(encodeCitation) };
}

/** Answers name a cited file by `file_id`, for which the citations of requests have no field. */
function encodeCitation(citation: Json): TextCitationParam {
  const { file_id: _unwanted, ...rest } = isJsonObject(citation) ? citation : {};
  return rest as unknown as TextCitationParam; // the wire's own JSON, given back as it came
}

function encodeThinkingPart({ text }: ThinkingPart, { signature }: JsonObject): ContentBlockParam {
  return { type: "thinking", thinking: text, signature: String(signature) };
}

/**
 * Turns citations on for all documents of a conversation, those in results of tools too: the wire
 * wants them on for all documents of a request or for none. Images cannot be cited.
 *
 * @throws LlmDoError `configuration` beside an output schema, where the wire refuses citations
 */
export function withCitations(
  { model, settings, outputSchema }: ModelRequest,
  messages: MessageParam[],
): MessageParam[] {
  if (settings.citations !== true) return messages;
  if (outputSchema !== undefined) {
    throw refuseRequest(model, "settings.citations together with output_schema", [
      "remove settings.citations or output_schema",
    ]);
  }
  return messages.map((message) =>
    message.role === "user" && Array.isArray(message.content)
      ? { ...message, content: message.content.map(citedBlock) }
      : message,
  );
}

function citedBlock(block: ContentBlockParam): ContentBlockParam {
  if (block.type !== "tool_result" || !Array.isArray(block.content)) return cited(block);
  return { ...block, content: block.content.map(cited) };
}

function cited<Block extends { readonly type: string }>(block: Block): Block {
  return block.type === "document" ? { ...block, citations: { enabled: true } } : block;
}
