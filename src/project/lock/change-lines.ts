import { structuredPatch } from "diff";
import type { ToolDescription } from "../../approval/approval-request.ts";
import { printable, shortened } from "../../words/printable.ts";
import { WordDiff } from "../../words/word-diff.ts";
import { isCut, KEPT_CHARACTERS } from "./lock-file.ts";

/** Lines of a schema's change that are shown. */
const MOST_LINES = 60;

/** Characters of a line that are shown. */
const LONGEST_LINE = 2000;

/**
 * What one description of a tool has that another has not, in lines for a person. What lies behind
 * what is kept cannot be compared, which is said.
 */
export function changeLines(before: ToolDescription, after: ToolDescription): readonly string[] {
  const lines = [
    ...descriptionLines(before.description, after.description),
    ...schemaLines(before.inputSchema, after.inputSchema),
  ];
  const unseen = [
    ...(isCut(after.description) ? ["description"] : []),
    ...(isCut(after.inputSchema) ? ["input schema"] : []),
  ].map((part) => `behind the first ${KEPT_CHARACTERS} characters of the ${part}`);
  if (lines.length > 0) return [...lines, ...unseen.map((where) => `perhaps more, ${where}`)];
  return [`the change cannot be shown: it lies ${unseen.join(" or ")}`];
}

/** Word by word; where that leaves something out, the whole new text follows. */
function descriptionLines(before: string, after: string): readonly string[] {
  if (before === after) return [];
  const { line } = new WordDiff(before, after);
  const isLeftOut = line.includes("…");
  return [
    `description: ${line}`,
    ...(isLeftOut ? [`description now: ${shortened(printable(after), LONGEST_LINE)}`] : []),
  ];
}

function schemaLines(before: string, after: string): readonly string[] {
  if (before === after) return [];
  const { hunks } = structuredPatch("", "", before, after, "", "", { context: 1 });
  const lines = hunks.flatMap((hunk) => hunk.lines).filter((line) => !line.startsWith("\\"));
  const rest = lines.length - MOST_LINES;
  return [
    "input schema:",
    ...lines.slice(0, MOST_LINES).map((line) => `  ${shortened(printable(line), LONGEST_LINE)}`),
    ...(rest > 0 ? [`  … ${rest} more lines`] : []),
  ];
}
