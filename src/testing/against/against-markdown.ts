import { diffLines } from "diff";
import { tableParts } from "../../report/markdown.ts";
import { codeBlock, htmlCode, inlineCode } from "../../report/markdown-text.ts";
import { shortened } from "../../words/printable.ts";
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
  usedText,
  verdictText,
  WORK_TREE,
} from "./against-words.ts";

/** GitHub takes comments of up to 65,536 characters. */
const MOST_CHARACTERS = 64_000;

/** Characters that one list may take; all lists together leave room for cases. */
const LONGEST_LIST = 6000;

/** Characters that the answers of one case may take. */
const LONGEST_ANSWERS = 6000;

/** Characters of a name or reason, as they are before they are escaped. */
const LONGEST_TEXT = 300;

/** Finds an earlier comment, to be replaced. */
const MARK = "<!-- llm-do test --against -->";

/** A comparison for a pull request: at most 64,000 characters, whatever models said. */
export function againstMarkdown(result: AgainstResult): string {
  const { revision, changed, incomparable, added, removed, renamed, failed } = result;
  const before = code(revision.name);
  const head = [
    `${MARK}\n### llm-do: ${before} → ${WORK_TREE}`,
    `**${verdictText(result, before)}**`,
    countsLine(result),
    ...tableParts(figuresTable(result)),
    ...list("Notes", noteLines(result).map(code)),
    ...list(
      `Fails in the ${WORK_TREE}`,
      failed.map((one) => `${named(one)}: ${code(one.reason)}`),
    ),
    ...list(
      "Not comparable",
      incomparable.map((one) => `${named(one)}: ${code(incomparableText(one, result))}`),
    ),
    ...list("Added", added.map(named)),
    ...list("Removed", removed.map(named)),
    ...list(
      "Renamed",
      renamed.map((one) => `${named(one.before)} → ${named(one.after)}`),
    ),
  ].join("\n\n");
  const cases = fitting(changed.map(changedBlock), "\n\n", MOST_CHARACTERS - head.length - 200);
  const left = changed.length - cases.length;
  const rest =
    left === 0 ? [] : [`${left} more changed, which do not fit here: --report FILE.html`];
  return `${[head, ...cases, ...rest].join("\n\n")}\n`;
}

function list(title: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) return [];
  const lines = items.map((item) => `- ${item}`);
  const shown = fitting(lines, "\n", LONGEST_LIST);
  const left = lines.length - shown.length;
  const rest = left === 0 ? [] : [`- and ${left} more`];
  return [[`**${title}** (${items.length})\n`, ...shown, ...rest].join("\n")];
}

/** The first of some texts, as far as they fit. */
function fitting(texts: readonly string[], between: string, most: number): readonly string[] {
  let length = 0;
  const end = texts.findIndex((text) => {
    length += text.length + between.length;
    return length > most;
  });
  return end < 0 ? texts : texts.slice(0, end);
}

function changedBlock(one: ChangedCase): string {
  const { answerDiffers, calls, before, after } = one;
  const used = usedText(one);
  const notes = [...caseNotes(one), ...(used === undefined ? [] : [used])].map(
    (note) => `- ${code(note)}`,
  );
  const parts = [
    `<details><summary>${htmlCode(short(caseText(one)))}: ${outcomeText(one)}</summary>`,
    ...(notes.length === 0 ? [] : [notes.join("\n")]),
    ...(answerDiffers
      ? [codeBlock(diffText(answersText(before), answersText(after)), "diff")]
      : []),
    ...(calls.length === 0 ? [] : [codeBlock(cut(calls.map(callText).join("\n")), "diff")]),
    "</details>",
  ];
  return parts.join("\n\n");
}

/** Lines with `-` where they went and `+` where they came. */
function diffText(before: string, after: string): string {
  const parts = diffLines(`${before}\n`, `${after}\n`);
  const lines = parts.flatMap(({ added, removed, value }) => {
    const sign = added ? "+" : removed ? "-" : " ";
    return value
      .replace(/\n$/, "")
      .split("\n")
      .map((line) => `${sign} ${line}`);
  });
  return cut(lines.join("\n"));
}

function cut(text: string): string {
  if (text.length <= LONGEST_ANSWERS) return text;
  return `${text.slice(0, LONGEST_ANSWERS).toWellFormed()}\n… cut here; --report FILE.html shows more`;
}

function named(one: CaseName): string {
  return code(caseText(one));
}

function code(text: string): string {
  return inlineCode(short(text));
}

function short(text: string): string {
  return shortened(text, LONGEST_TEXT).toWellFormed();
}
