import { isUtf8 } from "node:buffer";

/** The most that is read or written at once. A model's context ends long before, at a few MB. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;

/** Whether bytes are text: UTF-8 without NUL, which no text has and nearly every other file has. */
export function isPlainText(bytes: Uint8Array): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}

/** A piece of a text; a character is a code point, so that none is cut in two. */
interface TextPiece {
  readonly content: string;
  /** Characters of the whole text. */
  readonly totalChars: number;
  /** Where the next piece begins; undefined when this one is the last. */
  readonly nextOffset: number | undefined;
}

/** Takes at most `maxChars` characters from the character `offset` on. */
export function pieceOf(
  bytes: Uint8Array,
  { offset, maxChars }: { offset: number; maxChars: number },
): TextPiece {
  const start = skipChars(bytes, 0, offset);
  const end = skipChars(bytes, start.index, maxChars);
  const rest = skipChars(bytes, end.index, Number.POSITIVE_INFINITY);
  return {
    content: Buffer.from(bytes.subarray(start.index, end.index)).toString("utf8"),
    totalChars: start.chars + end.chars + rest.chars,
    nextOffset: end.index < bytes.length ? offset + end.chars : undefined,
  };
}

/** Goes over at most `maxChars` characters of UTF-8, from the first byte of one. */
function skipChars(bytes: Uint8Array, from: number, maxChars: number) {
  let index = from;
  let chars = 0;
  while (index < bytes.length && chars < maxChars) {
    index++;
    while (isContinuation(bytes[index])) index++;
    chars++;
  }
  return { index, chars };
}

/** All bytes of a character but its first have the form 10xxxxxx, RFC 3629. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000;
}
