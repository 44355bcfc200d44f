import type { StopReason } from "../model/event.ts";
import type { Json } from "../model/json.ts";
import type { AnswerPart, ContentPart, Message } from "../model/message.ts";

/** Characters of one attribute; what is longer is cut. */
const MOST_CHARACTERS = 100_000;

/** What was said, as the conventions write it in attributes: JSON without secrets. */
export interface Content {
  value(value: Json): string;
  instructions(text: string): string;
  messages(messages: readonly Message[]): string;
  answer(parts: readonly AnswerPart[], stop: StopReason): string;
}

/** @param mask takes secrets out of a text */
export function contentOf(mask: (text: string) => string): Content {
  const written = (value: unknown): string => {
    const text = mask(typeof value === "string" ? value : JSON.stringify(value));
    return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  };
  return {
    value: written,
    instructions: (text) => written([{ type: "text", content: text }]),
    messages: (messages) => written(messages.map(messageOf)),
    answer: (parts, stop) =>
      written([
        { role: "assistant", parts: parts.flatMap(answerPart), finish_reason: finishReason(stop) },
      ]),
  };
}

/** Why an answer stopped, in the words of the conventions where they have one. */
export function finishReason(stop: StopReason): string {
  switch (stop) {
    case "end":
    case "stop-sequence":
      return "stop";
    case "tool-calls":
      return "tool_call";
    case "max-tokens":
    case "context-window":
      return "length";
    case "refusal":
      return "content_filter";
    default:
      return stop;
  }
}

function messageOf(message: Message) {
  switch (message.kind) {
    case "user":
      return { role: "user", parts: message.content.map(contentPart) };
    case "assistant":
      return { role: "assistant", parts: message.parts.flatMap(answerPart) };
    case "tool": {
      const result = message.content.map((part) => (part.kind === "text" ? part.text : part.kind));
      const response = { type: "tool_call_response", id: message.id, result: result.join("\n") };
      return { role: "tool", parts: [response] };
    }
    default:
      return message satisfies never;
  }
}

/** Files are named, and their bytes left out. */
function contentPart(part: ContentPart) {
  switch (part.kind) {
    case "text":
      return { type: "text", content: part.text };
    case "attachment":
      return { type: "file", name: part.name, mime_type: part.mediaType };
    case "attachment-url":
      return { type: "uri", mime_type: part.mediaType };
    default:
      return part satisfies never;
  }
}

/** What only its provider understands is left out. */
function answerPart(part: AnswerPart): readonly object[] {
  switch (part.kind) {
    case "text":
      return [{ type: "text", content: part.text }];
    case "thinking":
      return [{ type: "reasoning", content: part.text }];
    case "tool-call":
      return [{ type: "tool_call", id: part.id, name: part.name, arguments: part.input }];
    default:
      return [];
  }
}
