import type { Json, JsonObject } from "../../model/json.ts";
import type { Message, ToolMessage } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { encodeAnswer } from "./encode-answer.ts";
import { attachedText, type ContentReceiver, encodeUserContent } from "./encode-content.ts";

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
