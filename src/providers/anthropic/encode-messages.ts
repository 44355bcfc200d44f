import type {
  ContentBlockParam,
  MessageParam,
  ToolResultBlockParam,
} from "@anthropic-ai/sdk/resources/messages/messages";
import type { ContentPart, Message, ToolMessage } from "../../model/message.ts";
import { encodeAnswerPart } from "./encode-answer.ts";
import { encodeAttachment } from "./encode-content.ts";

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
