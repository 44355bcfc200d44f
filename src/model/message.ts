import { createHash } from "node:crypto";
import type { Json } from "./json.ts";

/** A document or image for a model. Keys and cassettes hold its hash instead of its bytes. */
export type Attachment = BytesAttachment | UrlAttachment;

export interface BytesAttachment {
  readonly kind: "attachment";
  /** File name without folders. */
  readonly name: string;
  readonly mediaType: string;
  /** SHA-256 of the bytes, 64 hexadecimal digits. */
  readonly sha256: string;
  /** `JSON.stringify` writes them as a text in base64. */
  readonly bytes: Uint8Array;
}

/** An attachment that the provider fetches itself. */
export interface UrlAttachment {
  readonly kind: "attachment-url";
  readonly mediaType: string;
  readonly url: string;
}

/** An attachment that shares the given bytes. */
export function bytesAttachment(
  name: string,
  mediaType: string,
  bytes: Uint8Array,
): BytesAttachment {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { kind: "attachment", name, mediaType, sha256, bytes: jsonSafe(bytes) };
}

/** A view of bytes that `JSON.stringify` writes as a text, where it would write a list of numbers. */
function jsonSafe(bytes: Uint8Array): Uint8Array {
  const toJSON = () => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
  return Object.defineProperty(bytes.subarray(), "toJSON", { value: toJSON });
}

/** One message of a conversation. Messages are immutable. */
export type Message = UserMessage | AssistantMessage | ToolMessage;

export interface UserMessage {
  readonly kind: "user";
  readonly content: readonly ContentPart[];
}

/** What the model said: an answer's parts, sent back unchanged. */
export interface AssistantMessage {
  readonly kind: "assistant";
  readonly parts: readonly AnswerPart[];
  /**
   * The full name of the model that said it, in the messages of a report. Requests do not have it.
   * Another provider's model is not sent what only this one's provider understands.
   */
  readonly model?: string;
}

/** The result of one tool call. */
export interface ToolMessage {
  readonly kind: "tool";
  /** The `id` of the tool call that this answers. */
  readonly id: string;
  /** The tool's name; some wires want it. */
  readonly name: string;
  readonly content: readonly ContentPart[];
  /** True if the content is an error message. */
  readonly isError: boolean;
}

export type ContentPart = TextPart | Attachment;

export interface TextPart {
  readonly kind: "text";
  readonly text: string;
}

/** One finished piece of an answer. */
export type AnswerPart = AnswerTextPart | ThinkingPart | ToolCallPart | OpaquePart;

export interface AnswerTextPart {
  readonly kind: "text";
  readonly text: string;
  /** Data that the provider wants back with this part, such as citations. */
  readonly extra?: ProviderExtra;
}

export interface ThinkingPart {
  readonly kind: "thinking";
  readonly text: string;
  /** Data that makes the thinking valid when it is sent back, such as a signature. */
  readonly extra?: ProviderExtra;
}

export interface ToolCallPart {
  readonly kind: "tool-call";
  /** Unique within its answer; the result names it. */
  readonly id: string;
  readonly name: string;
  /** The arguments; `{}` when the model sent none. */
  readonly input: Json;
  /** The arguments as sent, where they are not valid JSON; `input` is then `{}`. */
  readonly invalidInput?: string;
  /** Why the provider refused the call, in its words; `invalidInput` is then set. */
  readonly refusal?: string;
  readonly extra?: ProviderExtra;
}

/** A block that only its provider understands; kept and sent back unchanged. */
export interface OpaquePart {
  readonly kind: "opaque";
  readonly extra: ProviderExtra;
}

export interface ProviderExtra {
  /** Which wire wrote it: `anthropic`, `openai-responses` or `openai-chat`. */
  readonly wire: string;
  readonly data: Json;
}

export function userText(text: string): UserMessage {
  return { kind: "user", content: [{ kind: "text", text }] };
}

/**
 * The text of an answer: its text parts, joined. Where a block that only the provider understands
 * stands between two texts, as a server tool's do, the text begins anew after it: what a model says
 * before it looks something up is no more its answer than what it says beside a tool call.
 */
export function answerText(parts: readonly AnswerPart[]): string {
  let text = "";
  let isOnTheWay = false;
  for (const part of parts) {
    if (part.kind === "opaque") isOnTheWay = true;
    if (part.kind !== "text") continue;
    const beginsAnew = isOnTheWay && part.text.trim() !== "";
    text = beginsAnew ? part.text : text + part.text;
    if (beginsAnew) isOnTheWay = false;
  }
  return text;
}
