import type { BytesAttachment } from "../../model/attachment.ts";
import type { JsonObject } from "../../model/json.ts";
import type { ContentPart } from "../../model/message.ts";
import { refused } from "./refused.ts";

/** A user message's content: a plain text where that says it all, else a list of parts. */
export function encodeUserContent(
  parts: readonly ContentPart[],
  model: string,
): string | JsonObject[] {
  const only = parts.length === 1 ? parts[0] : undefined;
  if (parts.length === 0) return "";
  if (only?.kind === "text") return only.text;
  return parts.map((part) => encodeContentPart(part, model));
}

/**
 * @throws LlmDoError `configuration` for an attachment of a type that Chat Completions cannot carry
 */
export function encodeContentPart(part: ContentPart, model: string): JsonObject {
  if (part.kind === "text") return { type: "text", text: part.text };
  const text = attachedText(part);
  if (text !== undefined) return { type: "text", text };
  if (part.mediaType.startsWith("image/")) {
    const url = part.kind === "attachment" ? dataUrl(part) : part.url;
    return { type: "image_url", image_url: { url } };
  }
  if (part.kind === "attachment" && part.mediaType === "application/pdf") {
    return { type: "file", file: { filename: part.name, file_data: dataUrl(part) } };
  }
  throw unsupported(part, model);
}

/** A text file as text that says which file it was; undefined for any other part. */
export function attachedText(part: ContentPart): string | undefined {
  if (part.kind !== "attachment" || !part.mediaType.startsWith("text/")) return undefined;
  return `File ${part.name}:\n\n${new TextDecoder().decode(part.bytes)}`;
}

function dataUrl(attachment: BytesAttachment): string {
  const base64 = Buffer.from(attachment.bytes).toString("base64");
  return `data:${attachment.mediaType};base64,${base64}`;
}

function unsupported(part: Exclude<ContentPart, { kind: "text" }>, model: string) {
  const what =
    part.kind === "attachment"
      ? `the attachment "${part.name}" (${part.mediaType})`
      : `the address of an attachment of type ${part.mediaType}`;
  return refused(model, `Chat Completions cannot carry ${what}`, [
    "attach images, PDF files and text files only",
    "convert the file in a tool and pass its text",
  ]);
}
