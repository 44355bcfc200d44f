import type { OpenAI } from "openai";
import { isJsonObject, type JsonObject } from "../../model/json.ts";
import type { AnswerPart, ToolCallPart } from "../../model/message.ts";
import { ownData } from "./extra.ts";

export type InputItem = OpenAI.Responses.ResponseInputItem;

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
