import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type {
  AnswerPart,
  AnswerTextPart,
  ThinkingPart,
  ToolCallPart,
} from "../../model/message.ts";
import { WIRE } from "./wire-name.ts";

/** The parts that one output item says: several where a message has several pieces of content. */
export function decodeItem(item: JsonObject): AnswerPart[] {
  switch (item.type) {
    case "message":
      return decodeMessage(item);
    case "reasoning":
      return [decodeReasoning(item)];
    case "function_call":
      return [decodeToolCall(item)];
    default:
      return [opaque(item)];
  }
}

/** A text that the wire should have sent; empty where it did not. */
export function textField(object: JsonObject, name: string): string {
  const value = object[name];
  return typeof value === "string" ? value : "";
}

function decodeMessage(item: JsonObject): AnswerPart[] {
  const content = item.content;
  if (!Array.isArray(content) || content.length === 0) return [opaque(item)];
  return content.map((piece: Json) => {
    const known = isJsonObject(piece) && PIECE_TEXT[textField(piece, "type")];
    return known ? decodeText(item, piece, known) : opaque({ ...item, content: [piece] });
  });
}

/** The field that holds the text of a piece of content, by the piece's type. */
const PIECE_TEXT: Readonly<Record<string, string>> = { output_text: "text", refusal: "refusal" };

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
    ...(Object.keys(data).length === 0 ? {} : { extra: { wire: WIRE, data } }),
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
    extra: { wire: WIRE, data: item },
  };
}

/** Stands between the pieces of one item's thinking. */
export const THINKING_BREAK = "\n\n";

/** `call_id` is what a result names; the item's own id goes back in the extra. */
function decodeToolCall(item: JsonObject): ToolCallPart {
  const { type, call_id, name, arguments: _, ...rest } = item;
  const sent = textField(item, "arguments");
  const parsed = parseArguments(sent, item.status === "incomplete");
  const canonical = parsed.invalidInput ?? JSON.stringify(parsed.input);
  const data = { ...rest, ...(sent === "" || sent === canonical ? {} : { arguments: sent }) };
  return {
    kind: "tool-call",
    id: textField(item, "call_id") || textField(item, "id"),
    name: textField(item, "name"),
    ...parsed,
    ...(Object.keys(data).length === 0 ? {} : { extra: { wire: WIRE, data } }),
  };
}

/** No arguments mean `{}`, unless the answer was cut off before they came. */
function parseArguments(sent: string, cutOff: boolean): { input: Json; invalidInput?: string } {
  if (sent.trim() === "") return cutOff ? { input: {}, invalidInput: sent } : { input: {} };
  try {
    return { input: JSON.parse(sent) as Json }; // what JSON.parse returns is JSON
  } catch {
    return { input: {}, invalidInput: sent };
  }
}

function opaque(item: JsonObject): AnswerPart {
  return { kind: "opaque", extra: { wire: WIRE, data: item } };
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
