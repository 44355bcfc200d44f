import { hash } from "node:crypto";
import type { Attachment } from "../model/message.ts";

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

/** Line ends up to which every mix of both kinds is tried: 4096 of them. */
const MOST_MIXED = 12;

/** Bytes that are hashed at most to find how a longer file mixed both kinds, about a third of a second. */
const MOST_HASHED_BYTES = 100_000_000;

/**
 * Returns true if a file with other line endings is the one that was recorded, by its hash. A file that
 * mixed both kinds is found where it is short, where one kind followed the other, and where a single
 * line differed.
 */
export function isRecordedWithOtherEndings(
  { bytes }: Extract<Attachment, { kind: "attachment" }>,
  recordedSha256: string,
): boolean {
  // One character for each byte: what is not a line ending stays as it is.
  const text = Buffer.from(bytes).toString("latin1");
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  return otherEndings(lines).some((isCrlf) => {
    const other = lines.reduce((all, line, at) => `${all}${isCrlf(at - 1) ? "\r\n" : "\n"}${line}`);
    return other !== text && hash("sha256", Buffer.from(other, "latin1")) === recordedSha256;
  });
}

/** Says of the nth line end, from 0, whether it is `\r\n`. */
type Endings = (index: number) => boolean;

/** Which line ends of a file may have been `\r\n`. */
function otherEndings(lines: readonly string[]): readonly Endings[] {
  const count = lines.length - 1;
  const all = (isCrlf: boolean) => () => isCrlf;
  if (count <= MOST_MIXED) {
    const mixes = Array.from({ length: 2 ** count }, (_, mix) => mix);
    return mixes.map((mix) => (index: number) => (mix & (1 << index)) !== 0);
  }
  const bytes = lines.reduce((sum, line) => sum + line.length + 2, 0);
  const indices = 4 * count * bytes > MOST_HASHED_BYTES ? [] : Array.from({ length: count }).keys();
  const mixed = [...indices].flatMap((at): readonly Endings[] => [
    (index) => index < at,
    (index) => index >= at,
    (index) => index === at,
    (index) => index !== at,
  ]);
  return [all(false), all(true), ...mixed];
}
