import type { OpenAI } from "openai";
import { isJsonObject, type JsonObject } from "../../model/json.ts";
import type { AnswerPart, ContentPart, Message, ToolCallPart } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import { encodeContent } from "./encode-content.ts";
import { ownData } from "./wire-rules.ts";

/**
 * A request's messages as input items.
 *
 * @param request a sendable one, as `prepareRequest` makes it
 */
export function encodeMessages(request: ModelRequest): InputItem[] {
  return request.messages.flatMap((message) => encodeMessage(request, message));
}

function encodeMessage(request: ModelRequest, message: Message): InputItem[] {
  switch (message.kind) {
    case "user":
      return [{ role: "user", content: encodeContent(request, message.content) }];
    case "assistant":
      return encodeAnswer(message.parts);
    case "tool":
      return [
        {
          type: "function_call_output",
          call_id: message.id,
          output: encodeOutput(request, message.content),
        },
      ];
    default:
      return message satisfies never;
  }
}

/** A plain text where that says it all: some compatible servers take nothing else. */
function encodeOutput(
  request: ModelRequest,
  content: readonly ContentPart[],
): string | OpenAI.Responses.ResponseFunctionCallOutputItemList {
  const [first] = content;
  if (content.length === 1 && first?.kind === "text") return first.text;
  return encodeContent(request, content);
}

type InputItem = OpenAI.Responses.ResponseInputItem;

/**
 * The items that say an earlier answer: what this wire wrote goes back as it came, text and calls of
 * another wire as items of their own.
 */
export function encodeAnswer(parts: readonly AnswerPart[]): InputItem[] {
  const items: JsonObject[] = [];
  for (const part of parts) {
    const item = encodePart(part);
    const joined = joinMessages(items.at(-1), item);
    if (joined) items[items.length - 1] = joined;
    else items.push(item);
  }
  // The items came from this wire or were built to its types; the SDK's union has no JSON form.
  return items as unknown as InputItem[];
}

function encodePart(part: AnswerPart): JsonObject {
  const own = ownData(part.extra);
  switch (part.kind) {
    case "text":
      return encodeText(part.text, own);
    case "tool-call":
      return encodeToolCall(part, own ?? {});
    case "thinking":
    case "opaque":
      return own ?? {};
    default:
      return part satisfies never;
  }
}

function encodeText(text: string, own: JsonObject | undefined): JsonObject {
  if (own === undefined) return { role: "assistant", content: text };
  const { content, ...item } = own;
  const rest = isJsonObject(content) ? content : {};
  const said =
    rest.type === "refusal"
      ? { ...rest, refusal: text }
      : { type: "output_text", annotations: [], ...rest, text };
  return { type: "message", role: "assistant", status: "completed", ...item, content: [said] };
}

function encodeToolCall(part: ToolCallPart, own: JsonObject): JsonObject {
  return {
    type: "function_call",
    ...own,
    call_id: part.id,
    name: part.name,
    arguments: own.arguments ?? JSON.stringify(part.input),
  };
}

/** Text parts of one message, known by its id, become one message again. */
function joinMessages(left: JsonObject | undefined, right: JsonObject): JsonObject | undefined {
  if (left?.type !== "message" || right.type !== "message") return undefined;
  if (typeof left.id !== "string" || left.id !== right.id) return undefined;
  const [before, after] = [left.content, right.content];
  if (!Array.isArray(before) || !Array.isArray(after)) return undefined;
  return { ...left, content: [...before, ...after] };
}
