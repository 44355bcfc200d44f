import { tableLines } from "../../report/table-lines.ts";
import { indented } from "../../words/printable.ts";
import { sideBySide } from "../report/side-by-side.ts";
import type { AgainstResult, CaseName, ChangedCase } from "./against-result.ts";
import {
  answersText,
  callText,
  caseNotes,
  caseText,
  countsLine,
  figuresTable,
  incomparableText,
  noteLines,
  outcomeText,
  titleText,
  usedText,
  verdictText,
  WORK_TREE,
} from "./against-words.ts";

/** Lines of an answer that a terminal shows; a page shows all. */
const MOST_LINES = 40;

/**
 * A comparison for a terminal.
 *
 * @param columns characters that a line may have
 */
export function againstText(result: AgainstResult, columns: number): string {
  const { changed, incomparable, added, removed, renamed, failed } = result;
  const lines = [
    titleText(result),
    ...noteLines(result).map((note) => `note: ${note}`),
    ...changed.flatMap((one) => ["", ...changedLines(one, columns)]),
    "",
    countsLine(result),
    ...listed("not comparable", incomparable, (one) => incomparableText(one, result)),
    ...listed("added", added),
    ...listed("removed", removed),
    ...listed(
      "renamed",
      renamed.map(({ before }) => before),
      (_, index) => `now ${caseText(renamed[index]?.after ?? { file: "", name: "" })}`,
    ),
    ...listed(`fails in the ${WORK_TREE}`, failed, ({ reason }) => reason),
    "",
    ...indented(tableLines(figuresTable(result), columns - 2)),
    "",
    verdictText(result),
    "",
  ];
  return lines.join("\n");
}

function changedLines(one: ChangedCase, columns: number): readonly string[] {
  const { answerDiffers, calls, before, after } = one;
  const used = usedText(one);
  const texts = { left: answersText(before), right: answersText(after), columns };
  return [
    `${caseText(one)}: ${outcomeText(one)}`,
    ...caseNotes(one).map((note) => `  ${note}`),
    ...(answerDiffers ? shortened(sideBySide(texts)) : []),
    ...calls.map((change) => `  call ${callText(change)}`),
    ...(used === undefined ? [] : [`  ${used}`]),
  ];
}

function shortened(lines: readonly string[]): readonly string[] {
  const more = lines.length - MOST_LINES;
  if (more <= 0) return lines;
  return [...lines.slice(0, MOST_LINES), `  ... ${more} more lines (see --report)`];
}

function listed<Case extends CaseName>(
  what: string,
  cases: readonly Case[],
  textOf?: (one: Case, index: number) => string,
): readonly string[] {
  if (cases.length === 0) return [];
  const lines = cases.map((one, index) => {
    const text = textOf?.(one, index);
    return text === undefined ? `  ${caseText(one)}` : `  ${caseText(one)}: ${text}`;
  });
  return [`${what} (${cases.length}):`, ...lines];
}
