import type { JsonObject } from "../../model/json.ts";
import type { Attachment, BytesAttachment, ContentPart } from "../../model/message.ts";
import { base64Text, refusedAttachment } from "../wire/request/attached-file.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";

/** Whom content is encoded for. */
export interface ContentReceiver {
  readonly model: string;
  readonly switches: ServerSwitches;
}

/** A user message's content: a plain text where that says it all, else a list of parts. */
export function encodeUserContent(
  parts: readonly ContentPart[],
  receiver: ContentReceiver,
): string | JsonObject[] {
  const only = parts.length === 1 ? parts[0] : undefined;
  if (only?.kind === "text") return only.text;
  return parts.map((part) => encodeContentPart(part, receiver));
}

/** @throws LlmDoError `configuration` for an attachment of a type that the server does not take */
function encodeContentPart(part: ContentPart, receiver: ContentReceiver): JsonObject {
  if (part.kind === "text") return { type: "text", text: part.text };
  const text = attachedText(part);
  if (text !== undefined) return { type: "text", text };
  const { images, pdf } = receiver.switches;
  if (images && part.mediaType.startsWith("image/")) {
    const url = part.kind === "attachment" ? dataUrl(part) : part.url;
    return { type: "image_url", image_url: { url } };
  }
  if (part.kind === "attachment" && part.mediaType === "application/pdf") {
    if (pdf === "file") {
      return { type: "file", file: { filename: part.name, file_data: dataUrl(part) } };
    }
    if (pdf === "document_url") {
      return { type: "document_url", document_url: dataUrl(part), document_name: part.name };
    }
  }
  throw unsupported(part, receiver);
}

/** A text file as text that says which file it was; undefined for any other part. */
export function attachedText(part: ContentPart): string | undefined {
  if (part.kind !== "attachment" || !part.mediaType.startsWith("text/")) return undefined;
  return `File ${part.name}:\n\n${new TextDecoder().decode(part.bytes)}`;
}

function dataUrl({ mediaType, bytes }: BytesAttachment): string {
  return `data:${mediaType};base64,${base64Text(bytes)}`;
}

/** By its address only an image can be sent. */
function unsupported(part: Attachment, { model, switches }: ContentReceiver) {
  const isHere = part.kind === "attachment";
  return refusedAttachment(model, part, [
    ...(isHere && switches.pdf !== "none" ? ["PDF"] : []),
    ...(switches.images ? ["images"] : []),
    ...(isHere ? ["text files"] : []),
  ]);
}
