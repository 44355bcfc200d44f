import type { JsonObject } from "../../model/json.ts";
import type { ContentPart, ToolMessage } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { encodeAnswer } from "./encode-answer.ts";
import {
  attachedText,
  type ContentReceiver,
  encodeContentPart,
  encodeUserContent,
} from "./encode-content.ts";

/** The conversation as Chat Completions takes it, instructions first. */
export function encodeMessages(request: ModelRequest, switches: ServerSwitches): JsonObject[] {
  const receiver = { model: request.model, switches };
  const out: JsonObject[] = [];
  if (request.system !== "") out.push({ role: "system", content: request.system });
  let attached: JsonObject[] = [];
  for (const message of request.messages) {
    if (message.kind !== "tool" && attached.length > 0) {
      out.push({ role: "user", content: attached });
      attached = [];
    }
    if (message.kind === "user") {
      out.push({ role: "user", content: encodeUserContent(message.content, receiver) });
    } else if (message.kind === "assistant") {
      out.push(encodeAnswer(message));
    } else {
      out.push(encodeToolResult(message));
      attached.push(...encodeToolAttachments(message, receiver));
    }
  }
  if (attached.length > 0) out.push({ role: "user", content: attached });
  return out;
}

function encodeToolResult(message: ToolMessage): JsonObject {
  const texts = message.content.map(textOf).filter((text) => text !== undefined);
  const files = message.content.filter(isMedia);
  if (texts.length === 0 && files.length > 0) texts.push("The result is attached below.");
  return { role: "tool", tool_call_id: message.id, content: texts.join("\n") };
}

/** Tool messages hold text only, so images and documents follow in a user message. */
function encodeToolAttachments(message: ToolMessage, receiver: ContentReceiver): JsonObject[] {
  const files = message.content.filter(isMedia);
  if (files.length === 0) return [];
  const label = {
    type: "text",
    text: `Attached to the result of ${message.name} (${message.id}):`,
  };
  return [label, ...files.map((file) => encodeContentPart(file, receiver))];
}

function textOf(part: ContentPart): string | undefined {
  return part.kind === "text" ? part.text : attachedText(part);
}

function isMedia(part: ContentPart): boolean {
  return textOf(part) === undefined;
}
