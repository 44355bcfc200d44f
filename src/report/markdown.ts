import { shortened } from "../words/printable.ts";
import { WordDiff } from "../words/word-diff.ts";
import { codeBlock, inlineCode, markdownText } from "./markdown-text.ts";
import { plotText } from "./plot-text.ts";
import type { Block, CaseGroup, CasesBlock, Report, ReportCase, TableBlock } from "./report.ts";
import { cellsOf } from "./table-lines.ts";
import { moreText, TEXT_LIMITS } from "./text-limits.ts";

/**
 * A report as Markdown, as GitHub reads it. Nothing that a text says is markup, also in tables.
 *
 * @returns text that ends with a line break
 */
export function markdownOf({ title, headline, statement, sections }: Report): string {
  const parts = [
    `# ${markdownText(title)}`,
    ...(headline.trim() === "" ? [] : [`**${markdownText(headline)}**`]),
    ...paragraphs(statement ?? ""),
    ...sections.flatMap(({ title: heading, blocks }) => [
      ...(heading === undefined ? [] : [`## ${markdownText(heading)}`]),
      ...blocks.flatMap(blockParts),
    ]),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** What an empty line separates. */
function blockParts(block: Block): readonly string[] {
  switch (block.kind) {
    case "lines":
      return listed(block.lines.map(markdownText));
    case "facts":
      return listed(
        block.rows.map(({ name, value }) => `**${markdownText(name)}**: ${markdownText(value)}`),
      );
    case "table":
      return tableParts(block);
    case "plot":
      return [markdownText(plotText(block.plot))];
    case "cases":
      return caseParts(block);
    case "code":
      return [codeBlock(block.text, block.language)];
    case "text":
      return paragraphs(block.text);
  }
}

/** A list; an item that is empty is left out, as Markdown would show it. */
function listed(items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [items.map((item) => `- ${item}`).join("\n")];
}

/** Prose, with its line breaks. */
function paragraphs(text: string): readonly string[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const shown = lines.map(markdownText).join("\\\n");
  return shown.split(/(?:\\\n){2,}/).flatMap((paragraph) => {
    const whole = paragraph.replace(/^(?:\\\n)+|(?:\\\n)+$/g, "");
    return whole === "" ? [] : [whole];
  });
}

/** A table with its caption above it. */
export function tableParts(table: TableBlock): readonly string[] {
  const { caption, columns } = table;
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const lines = [
    line(columns.map(({ name }) => markdownText(name))),
    line(columns.map(({ align }) => (align === "right" ? "---:" : "---"))),
    ...cellsOf(table).map((row) => line(row.map(markdownText))),
  ];
  return [
    ...(caption === undefined ? [] : [`**${markdownText(caption)}**`]),
    ...(columns.length === 0 ? [] : [lines.join("\n")]),
  ];
}

function caseParts({ groups }: CasesBlock): readonly string[] {
  const left = groups.length - TEXT_LIMITS.groups;
  return [
    ...groups.slice(0, TEXT_LIMITS.groups).flatMap(groupParts),
    ...(left > 0 ? [moreText(left, "group")] : []),
  ];
}

function groupParts({ name, total, cases }: CaseGroup): readonly string[] {
  const left = Math.max(total, cases.length) - TEXT_LIMITS.cases;
  const shown = cases.slice(0, TEXT_LIMITS.cases).map(caseItem);
  const more = left > 0 ? [`- ${moreText(left, "case")}`] : [];
  return [`**${total} × ${markdownText(name)}**`, ...listedItems([...shown, ...more])];
}

function listedItems(items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [items.join("\n")];
}

/** A case as an item of a list, with its texts as a list of its own. */
function caseItem({ title, parts, differences = [] }: ReportCase): string {
  const cut = (text: string) => inlineCode(shortened(text, TEXT_LIMITS.characters));
  const inner = [
    ...parts.map(({ name, text }) => `${markdownText(name)}: ${cut(text)}`),
    ...differences.map(
      ({ name, before, after }) =>
        `${markdownText(name)}: ${inlineCode(new WordDiff(before, after).line)}`,
    ),
  ];
  return [`- ${markdownText(title)}`, ...inner.map((item) => `  - ${item}`)].join("\n");
}
