import type {
  ContentBlockParam,
  MessageParam,
} from "@anthropic-ai/sdk/resources/messages/messages";
import type { ModelRequest } from "../../model/request.ts";
import { refuseRequest } from "../wire/refuse-request.ts";

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
