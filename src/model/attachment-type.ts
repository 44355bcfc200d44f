import { isUtf8 } from "node:buffer";
import { mediaTypeOf } from "./media-type.ts";

/** What a file is by its content, and where that says nothing, by its name. */
type AttachmentType =
  | { readonly kind: "known"; readonly mediaType: string }
  | {
      readonly kind: "refused";
      /** Completes "cannot attach FILE: ". */
      readonly reason: string;
      /** What a person can do. */
      readonly tries: readonly string[];
    };

const PDF = "application/pdf";

/** Binary types that models take. All others have to be converted. */
const BINARY_TYPES: readonly string[] = [PDF, "image/png", "image/jpeg", "image/gif", "image/webp"];

/** Types that are told by another name. An animated PNG is a PNG to whoever knows no animation. */
const SAME_AS: Readonly<Record<string, string>> = { "image/apng": "image/png" };

/**
 * Where a PDF may begin: readers accept other bytes before its header, within this many (Adobe,
 * implementation note 13 to the PDF Reference 1.7, appendix H).
 */
const PDF_HEADER_BYTES = 1024;

const CONVERT = "convert the file in a tool and pass its text";
const NO_TYPE = "its extension tells no media type; models take PDF, images and text files";

/**
 * Finds out what a file is. A PDF or an image is known by its content under any name; text has no
 * marks, so that its extension says which kind it is, where the content is text at all. A file that
 * is something else than its name says, and that no model takes, is refused with what it really is.
 *
 * @param name file name, with or without folders
 * @param promised what it is said to be; default: what its extension says
 */
export async function attachmentType(
  name: string,
  bytes: Uint8Array,
  promised = mediaTypeOf(name),
): Promise<AttachmentType> {
  if (bytes.length === 0) {
    return refused("it is empty", ["check how the file was made, and attach one with content"]);
  }
  if (isUtf8(bytes) && !bytes.includes(0)) return typeOfText(promised, bytes);
  return typeOfBinary(promised, bytes);
}

function typeOfText(promised: string | undefined, bytes: Uint8Array): AttachmentType {
  const head = textHead(bytes);
  if (beginsPdf(promised, head)) return { kind: "known", mediaType: PDF };
  if (isTextType(promised)) {
    if (!isBlank(head, bytes)) return { kind: "known", mediaType: promised };
    return refused("it holds nothing but white space", ["attach a file with content"]);
  }
  if (promised === undefined) {
    const rename = "rename it to .txt if it is text that a model may read";
    return refused(NO_TYPE, [rename]);
  }
  const kind = kindOfText(head);
  return refused(`it is ${kind.name}${notAsNamed(promised)}`, kind.tries);
}

async function typeOfBinary(
  promised: string | undefined,
  bytes: Uint8Array,
): Promise<AttachmentType> {
  const head = textHead(bytes);
  const found = await foundType(bytes);
  const mediaType = found && (SAME_AS[found.mime] ?? found.mime);
  if (mediaType !== undefined && BINARY_TYPES.includes(mediaType)) {
    return { kind: "known", mediaType };
  }
  const isHtml = HTML.test(head);
  const mayBePdf = promised === PDF || !found;
  if (mayBePdf && !isHtml && PDF_HEADER.test(head)) return { kind: "known", mediaType: PDF };
  const not = isTextType(promised) || promised === undefined ? "" : notAsNamed(promised);
  if (isHtml) return refused(`it is ${HTML_PAGE.name}${not}`, HTML_PAGE.tries);
  if (isUtf16(bytes) || (isTextType(promised) && !bytes.includes(0))) {
    const encoding = isUtf16(bytes) ? "UTF-16" : "another encoding than UTF-8";
    return refused(`it is text in ${encoding}`, ["save it as UTF-8"]);
  }
  if (!found) return refused(`it is binary data of no known type${not}`, [CONVERT]);
  const isImage = found.mime.startsWith("image/");
  const tries = [isImage ? "convert it to PNG or JPEG" : CONVERT];
  return refused(`it is ${found.ext.toUpperCase()} (${found.mime})${not}`, tries);
}

/** What the magic numbers say; undefined where there are none. */
async function foundType(bytes: Uint8Array) {
  // 36 ms, so it is loaded where a file is attached and nowhere else.
  const { fileTypeFromBuffer } = await import("file-type");
  try {
    return await fileTypeFromBuffer(bytes);
  } catch {
    return undefined; // a file that breaks off is of no known type
  }
}

/** In text, a header at the very beginning says PDF under any name, a later one under its own. */
function beginsPdf(promised: string | undefined, head: string): boolean {
  if (HTML.test(head)) return false;
  return promised === PDF ? PDF_HEADER.test(head) : /^\s*%PDF-\d/.test(head);
}

const PDF_HEADER = /%PDF/;

/** The first bytes as characters: of ASCII, which all marks are made of, exactly. */
function textHead(bytes: Uint8Array): string {
  const start = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte) ? 3 : 0;
  const head = bytes.subarray(start, start + PDF_HEADER_BYTES + "%PDF".length);
  return Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString("latin1");
}

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** White space, comments and an XML declaration may stand before the first element of a page. */
const HTML =
  /^(?:\s|<\?xml[^>]*>|<!--(?:(?!-->)[\s\S])*-->)*<(?:!doctype\s+html|(?:html|head|body|title|meta|script|style|div|table|iframe)[\s/>])/i;

const SVG = /^(?:\s|<\?xml[^>]*>|<!--(?:(?!-->)[\s\S])*-->|<!doctype[^>]*>)*<svg[\s/>]/i;

const HTML_PAGE = {
  name: "an HTML page",
  tries: [
    "open it in a browser: a download that asks to sign in first leaves such a page",
    "or rename it to .html if the page is what a model should read",
  ],
};

function kindOfText(head: string): { readonly name: string; readonly tries: readonly string[] } {
  if (HTML.test(head)) return HTML_PAGE;
  if (SVG.test(head)) {
    const tries = ["render it as PNG", "or rename it to .txt to attach its source as text"];
    return { name: "an SVG image", tries };
  }
  const name = /^\s*[[{]/.test(head) ? "JSON or other text" : "text";
  return { name, tries: ["rename it to .txt to attach it as text"] };
}

function isTextType(mediaType: string | undefined): mediaType is string {
  return mediaType !== undefined && !BINARY_TYPES.includes(mediaType);
}

function isBlank(head: string, bytes: Uint8Array): boolean {
  if (head.trim() !== "") return false;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString().trim() === "";
}

function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** Of a name that promises a PDF or an image. */
function notAsNamed(promised: string): string {
  const type = promised.split("/")[1] ?? "";
  const named =
    promised === PDF ? "PDF" : type === "webp" ? "WebP image" : `${type.toUpperCase()} image`;
  return `, not the ${named} that its name says`;
}

function refused(reason: string, tries: readonly string[]): AttachmentType {
  return { kind: "refused", reason, tries };
}
