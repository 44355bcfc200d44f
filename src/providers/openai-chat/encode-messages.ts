import type { Json, JsonObject } from "../../model/json.ts";
import type { ContentPart, ToolMessage } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import { NineCharacterIds } from "../wire/nine-character-ids.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { type AnswerReceiver, encodeAnswer } from "./encode-answer.ts";
import {
  attachedText,
  type ContentReceiver,
  encodeContentPart,
  encodeUserContent,
} from "./encode-content.ts";

/** The conversation as Chat Completions takes it, instructions first. */
export function encodeMessages(request: ModelRequest, switches: ServerSwitches): JsonObject[] {
  const receiver = { model: request.model, switches, idOf: sentIds(request, switches) };
  const out: JsonObject[] = [];
  if (request.system !== "") out.push({ role: switches.systemRole, content: request.system });
  let attached: JsonObject[] = [];
  for (const message of request.messages) {
    if (message.kind !== "tool" && attached.length > 0) {
      out.push({ role: "user", content: attached });
      attached = [];
    }
    if (message.kind === "user") {
      out.push({ role: "user", content: encodeUserContent(message.content, receiver) });
    } else if (message.kind === "assistant") {
      out.push(encodeAnswer(message, receiver));
    } else {
      out.push(encodeToolResult(message, receiver));
      attached.push(...encodeToolAttachments(message, receiver));
    }
  }
  if (attached.length > 0) out.push({ role: "user", content: attached });
  const joins = request.system !== "" && switches.systemRole === "user";
  return joins ? joinInstructions(out) : out;
}

/** What is sent for the id of a call, in the call and in its result. */
function sentIds({ messages }: ModelRequest, { callIds }: ServerSwitches): AnswerReceiver["idOf"] {
  if (callIds === "any") return (id) => id;
  const own = messages.flatMap((message) => {
    if (message.kind === "tool") return [message.id];
    if (message.kind === "user") return [];
    return message.parts.flatMap((part) => (part.kind === "tool-call" ? [part.id] : []));
  });
  const ids = new NineCharacterIds(own);
  return (id) => ids.of(id);
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
      : [{ type: "text", text: instructions.content ?? "" }, ...partsOf(first.content)];
  return [{ ...first, content }, ...rest];
}

function partsOf(content: Json | undefined): readonly Json[] {
  return Array.isArray(content) ? content : [];
}

function encodeToolResult(message: ToolMessage, { idOf }: AnswerReceiver): JsonObject {
  const texts = message.content.map(textOf).filter((text) => text !== undefined);
  const files = message.content.filter(isMedia);
  if (texts.length === 0 && files.length > 0) texts.push("The result is attached below.");
  return { role: "tool", tool_call_id: idOf(message.id), content: texts.join("\n") };
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
