import { hash } from "node:crypto";
import { canonicalJson } from "../../model/canonical.ts";
import type { Json } from "../../model/json.ts";
import type { Attachment } from "../../model/message.ts";
import { printable, shortened } from "../../words/printable.ts";
import { WordDiff } from "../../words/word-diff.ts";
import { type Difference, formatDifferencePath } from "../read/first-difference.ts";
import { rewriteJson } from "../rules/rewrite-request.ts";
import type { SecretScanner } from "../secrets/secret-scanner.ts";

/** Characters of a value that are shown. */
const LONGEST_VALUE = 200;

/** Characters of a value that are shown within a sentence. */
const LONGEST_SUMMARY = 40;

/** A difference as a person may see it. */
interface ShownDifference {
  /** In a few words, as in `"files" is now "photos"`. */
  readonly summary: string;
  /** Where it is, then what. */
  readonly lines: readonly string[];
}

/**
 * Puts a difference into words, on few and short lines, with no secret in them: what is asked may
 * hold one, since it was never searched.
 */
export function showDifference(difference: Difference, scanner: SecretScanner): ShownDifference {
  const where = `  differs at: ${printable(scanner.mask(formatDifferencePath(difference.path)))}`;
  const recorded = masked(difference.recorded, scanner);
  const asked = masked(difference.asked, scanner);
  if (canonicalJson(recorded ?? null) === canonicalJson(asked ?? null)) {
    return { summary: "in a secret, which is not shown", lines: [where] };
  }
  if (typeof recorded === "string" && typeof asked === "string") {
    const diff = new WordDiff(recorded, asked);
    if (differInLineEndings(recorded, asked)) {
      return { summary: LINE_ENDINGS, lines: [where, `    ${diff.line}`] };
    }
    return { summary: diff.summary ?? "white space", lines: [where, `    ${diff.line}`] };
  }
  return {
    summary: summaryOf(recorded, asked),
    lines: [
      where,
      `    recorded: ${shortValue(recorded, LONGEST_VALUE)}`,
      `    asked:    ${shortValue(asked, LONGEST_VALUE)}`,
    ],
  };
}

function summaryOf(recorded: Json | undefined, asked: Json | undefined): string {
  if (recorded === undefined) return `${shortValue(asked, LONGEST_SUMMARY)} was added`;
  if (asked === undefined) return `${shortValue(recorded, LONGEST_SUMMARY)} was removed`;
  return `${shortValue(recorded, LONGEST_SUMMARY)} is now ${shortValue(asked, LONGEST_SUMMARY)}`;
}

function masked(value: Json | undefined, scanner: SecretScanner): Json | undefined {
  return value === undefined ? undefined : rewriteJson(value, (text) => scanner.mask(text));
}

function shortValue(value: Json | undefined, length: number): string {
  return value === undefined ? "nothing" : shortened(printable(canonicalJson(value)), length);
}

/** What a difference in line endings only is called. */
export const LINE_ENDINGS = "line endings";

/** What to do where version control changed the line endings of files. */
export const KEEP_LINE_ENDINGS =
  "keep the line endings of files: llm-do init adds them to .gitattributes; then check the files out again";

/** Returns true if two texts differ, and only in their line endings; as JSON escapes them, too. */
function differInLineEndings(recorded: string, asked: string): boolean {
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
