import type { OpenAI } from "openai";
import type { Attachment, BytesAttachment, ContentPart } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import { refuseRequest } from "../wire/refuse-request.ts";
import { bareMediaType, base64Text, refusedAttachment } from "../wire/request/attached-file.ts";

type InputContent =
  | OpenAI.Responses.ResponseInputText
  | OpenAI.Responses.ResponseInputImage
  | OpenAI.Responses.ResponseInputFile;

/**
 * PNG, JPEG, WebP, still GIF; from memory of the guide, which could not be read again:
 * https://developers.openai.com/api/docs/guides/images-vision
 */
const IMAGE_TYPES: ReadonlySet<string> = new Set([
  "image/png",
  "image/jpeg",
  "image/webp",
  "image/gif",
]);

/**
 * The content of a user's message or of a tool's result.
 *
 * @throws LlmDoError `configuration` for an attachment of a type that cannot be sent
 */
export function encodeContent(
  request: ModelRequest,
  content: readonly ContentPart[],
): InputContent[] {
  return content.map((part) =>
    part.kind === "text"
      ? { type: "input_text", text: part.text }
      : encodeAttachment(request, part),
  );
}

function encodeAttachment(request: ModelRequest, attachment: Attachment): InputContent {
  const mediaType = bareMediaType(attachment.mediaType);
  if (IMAGE_TYPES.has(mediaType)) {
    return { type: "input_image", detail: "auto", image_url: addressOf(attachment) };
  }
  if (mediaType === "application/pdf") {
    return attachment.kind === "attachment"
      ? { type: "input_file", filename: attachment.name, file_data: addressOf(attachment) }
      : { type: "input_file", file_url: attachment.url };
  }
  if (mediaType.startsWith("text/") && attachment.kind === "attachment") {
    return { type: "input_text", text: `${attachment.name}:\n\n${utf8Text(request, attachment)}` };
  }
  const isHere = attachment.kind === "attachment";
  throw refusedAttachment(request.model, attachment, [
    "PDF",
    "images (PNG, JPEG, GIF, WebP)",
    ...(isHere ? ["text files"] : []),
  ]);
}

/** The URL itself, or the bytes as a data URL. */
function addressOf(attachment: Attachment): string {
  if (attachment.kind === "attachment-url") return attachment.url;
  return `data:${bareMediaType(attachment.mediaType)};base64,${base64Text(attachment.bytes)}`;
}

function utf8Text(request: ModelRequest, attachment: BytesAttachment): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(attachment.bytes);
  } catch {
    throw refuseRequest(request.model, `text that is not UTF-8 ("${attachment.name}")`, [
      "convert the file to UTF-8",
    ]);
  }
}
