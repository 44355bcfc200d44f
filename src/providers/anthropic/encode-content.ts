import type {
  Base64ImageSource,
  DocumentBlockParam,
  ImageBlockParam,
} from "@anthropic-ai/sdk/resources/messages/messages";
import type { Attachment, BytesAttachment, UrlAttachment } from "../../model/message.ts";
import { bareMediaType, base64Text, refusedAttachment } from "../wire/request/attached-file.ts";

type ImageType = Base64ImageSource["media_type"];

/** Image types of the SDK's `Base64ImageSource`; `image/jpg` is a common misnomer. */
const IMAGE_TYPES: Readonly<Record<string, ImageType>> = {
  "image/png": "image/png",
  "image/jpeg": "image/jpeg",
  "image/jpg": "image/jpeg",
  "image/gif": "image/gif",
  "image/webp": "image/webp",
};

const IMAGES = "images (PNG, JPEG, GIF, WebP)";

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
  const mediaType = bareMediaType(attachment.mediaType);
  return attachment.kind === "attachment"
    ? encodeBytes(attachment, mediaType, model)
    : encodeUrl(attachment, mediaType, model);
}

function encodeBytes(
  attachment: BytesAttachment,
  mediaType: string,
  model: string,
): ImageBlockParam | DocumentBlockParam {
  const { name, bytes } = attachment;
  const imageType = IMAGE_TYPES[mediaType];
  if (imageType !== undefined) {
    return {
      type: "image",
      source: { type: "base64", media_type: imageType, data: base64Text(bytes) },
    };
  }
  if (mediaType === PDF) {
    const source = { type: "base64", media_type: PDF, data: base64Text(bytes) } as const;
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
  throw refusedAttachment(model, attachment, ["PDF", IMAGES, "text files"]);
}

function encodeUrl(
  attachment: UrlAttachment,
  mediaType: string,
  model: string,
): ImageBlockParam | DocumentBlockParam {
  const { url } = attachment;
  if (mediaType.startsWith("image/")) return { type: "image", source: { type: "url", url } };
  if (mediaType === PDF) return { type: "document", source: { type: "url", url } };
  throw refusedAttachment(model, attachment, ["PDF", "images"]);
}
