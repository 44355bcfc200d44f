import { indented, printableLines, shortened } from "../words/printable.ts";
import { WordDiff } from "../words/word-diff.ts";
import { factLines } from "./fact-lines.ts";
import { plotText } from "./plot-text.ts";
import type { Block, CaseGroup, CasesBlock, Report, ReportCase } from "./report.ts";
import { tableLines } from "./table-lines.ts";
import { moreText, TEXT_LIMITS } from "./text-limits.ts";
import { wrappedLine } from "./wrapped-line.ts";

interface TerminalOptions {
  /** Columns that a line may have. Default: lines are as long as their text. */
  readonly width?: number;
}

/**
 * A report for a terminal, without line breaks at the ends of lines. No text in it can steer the
 * terminal.
 *
 * @example
 * host.stdout.write(`${terminalLines(report, { width: host.stdout.columns }).join("\n")}\n`);
 */
export function terminalLines(
  { title, headline, statement, sections }: Report,
  { width = Number.POSITIVE_INFINITY }: TerminalOptions = {},
): readonly string[] {
  const head = headline === "" ? title : `${title}: ${headline}`;
  const lines = [...wrappedLine(head, width), ...proseLines(statement ?? "", width)];
  for (const section of sections) {
    const shown = sectionLines(section.blocks, width - 2);
    if (section.title === undefined && shown.length === 0) continue;
    lines.push("", ...(section.title === undefined ? [] : wrappedLine(section.title, width)));
    lines.push(...indented(shown).map((line) => line.trimEnd()));
  }
  return lines[0] === "" ? lines.slice(1) : lines;
}

/** Blocks below each other; those of several lines are set off by an empty one. */
function sectionLines(blocks: readonly Block[], width: number): readonly string[] {
  const lines: string[] = [];
  let isTall = false;
  for (const block of blocks) {
    const shown = blockLines(block, width);
    if (shown.length === 0) continue;
    const wasTall = isTall;
    isTall = block.kind === "table" || block.kind === "cases" || block.kind === "code";
    if (lines.length > 0 && (wasTall || isTall)) lines.push("");
    lines.push(...shown);
  }
  return lines;
}

function blockLines(block: Block, width: number): readonly string[] {
  switch (block.kind) {
    case "lines":
      return block.lines.flatMap((line) => wrappedLine(line, width));
    case "facts":
      return factLines(block, { width });
    case "table":
      return tableLines(block, width);
    case "plot":
      return wrappedLine(plotText(block.plot), width);
    case "cases":
      return caseBlockLines(block, width);
    case "code":
      return terminalTextLines(block.text);
    case "text":
      return proseLines(block.text, width);
  }
}

function caseBlockLines({ groups }: CasesBlock, width: number): readonly string[] {
  const shown = groups.slice(0, TEXT_LIMITS.groups);
  const left = groups.length - shown.length;
  return [
    ...shown.flatMap((group) => groupLines(group, width)),
    ...(left > 0 ? [moreText(left, "group")] : []),
  ];
}

function groupLines({ name, total, cases }: CaseGroup, width: number): readonly string[] {
  const shown = cases.slice(0, TEXT_LIMITS.cases);
  const left = Math.max(total, cases.length) - shown.length;
  return [
    ...wrappedLine(`${total} × ${name}`, width),
    ...indented([
      ...shown.flatMap((one) => caseLines(one, width - 2)),
      ...(left > 0 ? [moreText(left, "case")] : []),
    ]),
  ];
}

function caseLines(
  { title, parts, differences = [] }: ReportCase,
  width: number,
): readonly string[] {
  const cut = (text: string) => shortened(text, TEXT_LIMITS.characters);
  const inner = [
    ...parts.map(({ name, text }) => `${name}: ${cut(text)}`),
    ...differences.map(({ name, before, after }) => `${name}: ${new WordDiff(before, after).line}`),
  ];
  return [
    ...wrappedLine(title, width),
    ...indented(inner.flatMap((line) => wrappedLine(line, width - 2))),
  ];
}

/** Paragraphs of text. */
function proseLines(text: string, width: number): readonly string[] {
  if (text === "") return [];
  return terminalTextLines(text).flatMap((line) => wrappedLine(line, width, 0));
}

function terminalTextLines(text: string): readonly string[] {
  return printableLines(text.replaceAll("\r\n", "\n")).replaceAll("\t", "  ").split("\n");
}
