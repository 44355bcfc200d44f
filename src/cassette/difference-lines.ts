import { canonicalJson } from "../model/canonical.ts";
import type { Json } from "../model/json.ts";
import { printable, shortened } from "../words/printable.ts";
import { type Difference, formatDifferencePath } from "./first-difference.ts";
import { differInLineEndings, LINE_ENDINGS } from "./line-endings.ts";
import { rewriteJson } from "./rewrite-request.ts";
import type { SecretScanner } from "./secrets.ts";
import { WordDiff } from "./word-diff.ts";

/** Characters of a value that are shown. */
const LONGEST_VALUE = 200;

/** Characters of a value that are shown within a sentence. */
const LONGEST_SUMMARY = 40;

/** A difference as a person may see it. */
export interface ShownDifference {
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
