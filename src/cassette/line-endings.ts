import { hash } from "node:crypto";
import type { Attachment } from "../model/attachment.ts";

/** What a difference in line endings only is called. */
export const LINE_ENDINGS = "line endings";

/** What to do where version control changed the line endings of files. */
export const KEEP_LINE_ENDINGS =
  "keep the line endings of files: llm-do init adds them to .gitattributes; then check the files out again";

/** Returns true if two texts differ, and only in their line endings; as JSON escapes them, too. */
export function differInLineEndings(recorded: string, asked: string): boolean {
  return recorded !== asked && withPlainEndings(recorded) === withPlainEndings(asked);
}

function withPlainEndings(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll(String.raw`\r\n`, String.raw`\n`);
}

/** Returns true if a file with other line endings is the one that was recorded, by its hash. */
export function isRecordedWithOtherEndings(
  { bytes }: Extract<Attachment, { kind: "attachment" }>,
  recordedSha256: string,
): boolean {
  // One character for each byte: what is not a line ending stays as it is.
  const text = Buffer.from(bytes).toString("latin1");
  const plain = text.replaceAll("\r\n", "\n");
  return [plain, plain.replaceAll("\n", "\r\n")].some(
    (other) => other !== text && hash("sha256", Buffer.from(other, "latin1")) === recordedSha256,
  );
}
