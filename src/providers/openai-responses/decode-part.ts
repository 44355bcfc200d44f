import {
  isJsonObject,
  type Json,
  type JsonObject,
  textField,
  tryParseJson,
} from "../../model/json.ts";
import type { AnswerTextPart, ThinkingPart } from "../../model/message.ts";
import type { SaidEvent, WireCall } from "../wire/wire.ts";
import { extraOf } from "./wire-rules.ts";

type PartEvent = Extract<SaidEvent, { kind: "part" }>;

/** What one output item says: several parts where a message has several pieces of content. */
export function decodeItem(item: JsonObject): SaidEvent[] {
  switch (item.type) {
    case "message":
      return decodeMessage(item);
    case "reasoning":
      return [{ kind: "part", part: decodeReasoning(item) }];
    case "function_call":
      return [{ kind: "call", call: decodeToolCall(item) }];
    default:
      return [opaque(item)];
  }
}

function decodeMessage(item: JsonObject): PartEvent[] {
  const content = item.content;
  if (!Array.isArray(content) || content.length === 0)
    return [{ ...opaque(item), means: "nothing" }];
  return content.map((piece: Json) => {
    const known = isJsonObject(piece) && PIECE_TEXT[textField(piece, "type")];
    if (!known) return opaque({ ...item, content: [piece] });
    return { kind: "part", part: decodeText(item, piece, known) };
  });
}

/** The field that holds the text of a piece of content, by the piece's type. */
const PIECE_TEXT: Readonly<Record<string, string>> = {
  output_text: "text",
  refusal: "refusal",
  text: "text", // of servers that mix the protocols up
};

/** The extra holds what the text alone does not say, so that the message can be built again. */
function decodeText(item: JsonObject, piece: JsonObject, textName: string): AnswerTextPart {
  const { type, role, status, content, ...rest } = item;
  const { [textName]: text, ...about } = piece;
  const said = Object.entries(about).filter(
    ([key, value]) => !isEmptyList(value) && !(key === "type" && value === "output_text"),
  );
  const data = {
    ...rest,
    ...(status === undefined || status === "completed" ? {} : { status }),
    ...(said.length === 0 ? {} : { content: Object.fromEntries(said) }),
  };
  return {
    kind: "text",
    text: typeof text === "string" ? text : "",
    ...(Object.keys(data).length === 0 ? {} : { extra: extraOf(data) }),
  };
}

/** The summary, then the model's own words where a server shows them. */
function decodeReasoning(item: JsonObject): ThinkingPart {
  const texts = [item.summary, item.content].flatMap((list) =>
    Array.isArray(list)
      ? list.map((piece) => (isJsonObject(piece) ? textField(piece, "text") : ""))
      : [],
  );
  return {
    kind: "thinking",
    text: texts.filter((text) => text !== "").join(THINKING_BREAK),
    extra: extraOf(item),
  };
}

/** Stands between the pieces of one item's thinking. */
export const THINKING_BREAK = "\n\n";

/**
 * `call_id` is what a result names; the item's own id goes back in the extra, and so do arguments
 * that another printer wrote than ours, so that the item goes back as it came.
 */
function decodeToolCall(item: JsonObject): WireCall {
  const { type, call_id, name, arguments: sent, ...rest } = item;
  const data = { ...rest, ...(isPrintedOtherwise(sent) ? { arguments: sent } : {}) };
  return {
    id: textField(item, "call_id") || textField(item, "id") || undefined,
    name: textField(item, "name"),
    arguments: sent ?? undefined,
    isCut: typeof item.status === "string" && item.status !== "completed",
    ...(Object.keys(data).length === 0 ? {} : { extra: extraOf(data) }),
  };
}

/** Whether arguments are an object in other words than `JSON.stringify` would use. */
function isPrintedOtherwise(sent: Json | undefined): sent is string {
  if (typeof sent !== "string") return false;
  const value = tryParseJson(sent);
  return isJsonObject(value) && JSON.stringify(value) !== sent;
}

function opaque(item: JsonObject): PartEvent {
  return { kind: "part", part: { kind: "opaque", extra: extraOf(item) } };
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
