import type {
  Base64ImageSource,
  DocumentBlockParam,
  ImageBlockParam,
} from "@anthropic-ai/sdk/resources/messages/messages";
import type { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Attachment, BytesAttachment, UrlAttachment } from "../../model/attachment.ts";
import { refuse } from "./refuse.ts";

type ImageType = Base64ImageSource["media_type"];

/** Image types of the SDK's `Base64ImageSource`; `image/jpg` is a common misnomer. */
const IMAGE_TYPES: Readonly<Record<string, ImageType>> = {
  "image/png": "image/png",
  "image/jpeg": "image/jpeg",
  "image/jpg": "image/jpeg",
  "image/gif": "image/gif",
  "image/webp": "image/webp",
};

const PDF = "application/pdf";

/**
 * The block for a document or image.
 *
 * @throws LlmDoError `configuration` when the wire has no block for its media type
 */
export function encodeAttachment(
  attachment: Attachment,
  model: string,
): ImageBlockParam | DocumentBlockParam {
  const mediaType = bareType(attachment.mediaType);
  return attachment.kind === "attachment"
    ? encodeBytes(attachment, mediaType, model)
    : encodeUrl(attachment, mediaType, model);
}

function encodeBytes(
  { name, bytes }: BytesAttachment,
  mediaType: string,
  model: string,
): ImageBlockParam | DocumentBlockParam {
  const imageType = IMAGE_TYPES[mediaType];
  if (imageType !== undefined) {
    return {
      type: "image",
      source: { type: "base64", media_type: imageType, data: base64(bytes) },
    };
  }
  if (mediaType === PDF) {
    const source = { type: "base64", media_type: PDF, data: base64(bytes) } as const;
    return { type: "document", source, title: name };
  }
  if (mediaType.startsWith("text/")) {
    const data = new TextDecoder().decode(bytes);
    return {
      type: "document",
      source: { type: "text", media_type: "text/plain", data },
      title: name,
    };
  }
  throw refusedType(mediaType, name, model);
}

function encodeUrl(
  { url }: UrlAttachment,
  mediaType: string,
  model: string,
): ImageBlockParam | DocumentBlockParam {
  if (mediaType.startsWith("image/")) return { type: "image", source: { type: "url", url } };
  if (mediaType === PDF) return { type: "document", source: { type: "url", url } };
  throw refusedType(mediaType, url, model);
}

function refusedType(mediaType: string, name: string, model: string): LlmDoError {
  return refuse(model, `${mediaType} (${name})`, [
    "attach a PDF, an image (PNG, JPEG, GIF, WebP) or a text file; by URL a PDF or an image",
  ]);
}

function bareType(mediaType: string): string {
  return (mediaType.split(";")[0] ?? "").trim().toLowerCase();
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
