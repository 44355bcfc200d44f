import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";

/** Fields that servers put the text of reasoning in; a message has one of them, or copies. */
const TEXT_FIELDS = ["reasoning_content", "reasoning", "reasoning_text"] as const;

/** Fields of a reasoning detail that arrive in pieces; all others arrive whole. */
const STREAMED_DETAIL_FIELDS: ReadonlySet<string> = new Set(["text", "summary", "data"]);

export interface Reasoning {
  readonly text: string;
  /** The field that the text came in; undefined where only details came. */
  readonly field: string | undefined;
  readonly details: readonly Json[];
}

/** The field that DeepSeek wants back with each call, be it empty (`docs/wire/openai-chat.md`). */
export const REQUIRED_FIELD = "reasoning_content";

/** Whether a message holds the field that must come back, without any reasoning in it. */
export function hasEmptyReasoning(message: JsonObject): boolean {
  return message[REQUIRED_FIELD] === "";
}

/** The reasoning of a message or of one delta; undefined when it holds none. */
export function readReasoning(message: JsonObject): Reasoning | undefined {
  const listed = message.reasoning_details;
  const details: readonly Json[] = Array.isArray(listed) ? listed : [];
  for (const field of TEXT_FIELDS) {
    const text = message[field];
    if (typeof text === "string" && text !== "") return { text, field, details };
  }
  if (details.length === 0) return undefined;
  return { text: details.map(detailText).join(""), field: undefined, details };
}

/** Adds details to earlier ones: pieces of one detail, known by type and index, become one. */
export function mergeDetails(earlier: readonly Json[], more: readonly Json[]): readonly Json[] {
  const merged = [...earlier];
  for (const detail of more) {
    const at = merged.findLastIndex((known) => isSameDetail(known, detail));
    const known = merged[at];
    if (isJsonObject(known) && isJsonObject(detail)) merged[at] = mergeDetail(known, detail);
    else merged.push(detail);
  }
  return merged;
}

function isSameDetail(known: Json, detail: Json): boolean {
  if (!isJsonObject(known) || !isJsonObject(detail)) return false;
  // Without an index there is no way to tell a piece from a new detail.
  if (typeof detail.index !== "number" || known.index !== detail.index) return false;
  return known.type === detail.type;
}

function mergeDetail(known: JsonObject, detail: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...known };
  for (const [name, value] of Object.entries(detail)) {
    const before = merged[name];
    const isPiece = typeof before === "string" && typeof value === "string";
    if (isPiece && STREAMED_DETAIL_FIELDS.has(name)) merged[name] = before + value;
    else if (value !== null || before === undefined) merged[name] = value;
  }
  return merged;
}

function detailText(detail: Json): string {
  if (!isJsonObject(detail)) return "";
  const text = detail.text ?? detail.summary;
  return typeof text === "string" ? text : "";
}
