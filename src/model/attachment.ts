import { createHash } from "node:crypto";

/** A document or image that goes to a model. In keys and cassettes its hash stands for its bytes. */
export type Attachment = BytesAttachment | UrlAttachment;

export interface BytesAttachment {
  readonly kind: "attachment";
  /** File name without folders. */
  readonly name: string;
  readonly mediaType: string;
  /** SHA-256 of the bytes, 64 hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

/** An attachment that the provider fetches itself. */
export interface UrlAttachment {
  readonly kind: "attachment-url";
  readonly mediaType: string;
  readonly url: string;
}

export function bytesAttachment(
  name: string,
  mediaType: string,
  bytes: Uint8Array,
): BytesAttachment {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { kind: "attachment", name, mediaType, sha256, bytes };
}
