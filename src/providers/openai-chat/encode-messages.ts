import type { JsonObject } from "../../model/json.ts";
import type { Message, ToolMessage } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import { encodeAnswer } from "./encode-answer.ts";
import { attachedText, type ContentReceiver, encodeUserContent } from "./encode-content.ts";
import type { ServerSwitches } from "./server-switches.ts";

/**
 * The conversation as Chat Completions takes it, instructions first.
 *
 * @param request a sendable one, as `prepareRequest` makes it
 */
export function encodeMessages(request: ModelRequest, switches: ServerSwitches): JsonObject[] {
  const { model, system, messages } = request;
  return [
    ...(system === "" ? [] : [{ role: "system", content: system }]),
    ...messages.map((message) => encodeMessage(message, { model, switches })),
  ];
}

function encodeMessage(message: Message, receiver: ContentReceiver): JsonObject {
  switch (message.kind) {
    case "user":
      return { role: "user", content: encodeUserContent(message.content, receiver) };
    case "assistant":
      return encodeAnswer(message);
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
