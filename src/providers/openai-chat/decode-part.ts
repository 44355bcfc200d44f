import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";

/** One block of a content list, which Mistral sends in place of a text. */
export type ContentBlock =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "thinking"; readonly text: string; readonly block: JsonObject }
  | { readonly kind: "opaque"; readonly data: JsonObject };

export function readContentBlock(block: Json): ContentBlock {
  if (typeof block === "string") return { kind: "text", text: block };
  if (!isJsonObject(block)) return { kind: "text", text: "" };
  if (block.type === "text" || block.type === "output_text")
    return { kind: "text", text: textIn(block.text) };
  if (block.type === "thinking") {
    const { type, thinking, ...beside } = block;
    return { kind: "thinking", text: textIn(thinking), block: beside };
  }
  return { kind: "opaque", data: { field: "content", block } };
}

function textIn(value: Json | undefined): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map((item) => textIn(item)).join("");
  return isJsonObject(value) ? textIn(value.text) : "";
}
