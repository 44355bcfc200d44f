import { alignedRows } from "../words/aligned-rows.ts";
import { printable } from "../words/printable.ts";
import { padded, textWidth } from "../words/text-width.ts";
import type { TableBlock } from "./report.ts";
import { wrappedLine } from "./wrapped-line.ts";

/** Columns between two cells. */
const GAP = 2;

/** A column of texts is not made narrower than this to fit, nor than its words up to a length. */
const LEAST_COLUMN = 14;
const LONGEST_WORD = 28;

/** The cells of a table, each row as long as the columns are many. */
export function cellsOf({ columns, rows }: TableBlock): readonly (readonly string[])[] {
  return rows.map((row) => columns.map((_, index) => row[index] ?? ""));
}

/**
 * A table for a terminal. Where it is wider than the terminal, texts are broken over several lines;
 * where that does not help, each row becomes a list of its cells.
 */
export function tableLines(table: TableBlock, width: number): readonly string[] {
  const caption = table.caption === undefined ? [] : wrappedLine(table.caption, width);
  const heads = table.columns.map(({ name }) => printable(name));
  const rows = cellsOf(table).map((row) => row.map(printable));
  const widths = heads.map((head, column) =>
    Math.max(textWidth(head), ...rows.map((row) => textWidth(row[column] ?? ""))),
  );
  const isText = table.columns.map(({ align }) => align !== "right");
  const left = isText.flatMap((each, column) => (each ? [column] : []));
  if (totalOf(widths) <= width) return [...caption, ...alignedRows([heads, ...rows], { left })];
  const least = heads.map((head, column) =>
    leastWidth([head, ...rows.map((row) => row[column] ?? "")]),
  );
  const floors = least.map((each, column) => (isText[column] ? each : Number.POSITIVE_INFINITY));
  const narrowed = narrowedTo(width, widths, floors);
  const lines = narrowed
    ? [heads, ...rows].flatMap((row) => brokenRow(row, { widths: narrowed, isText }))
    : listedRows(rows, heads, width);
  return [...caption, ...lines];
}

function totalOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, GAP * Math.max(0, widths.length - 1));
}

/** How narrow a column of such cells may become. */
function leastWidth(cells: readonly string[]): number {
  const words = cells.flatMap((cell) => cell.split(" "));
  const longest = words.reduce((most, word) => Math.max(most, textWidth(word)), 0);
  return Math.max(LEAST_COLUMN, Math.min(LONGEST_WORD, longest));
}

/** Takes from the widest columns until all fits; undefined where that can't be. */
function narrowedTo(
  width: number,
  widths: readonly number[],
  floors: readonly number[],
): readonly number[] | undefined {
  const narrowed = [...widths];
  while (totalOf(narrowed) > width) {
    const candidates = narrowed.flatMap((each, column) =>
      each > (floors[column] ?? 0) ? [{ each, column }] : [],
    );
    const widest = candidates.toSorted((one, other) => other.each - one.each)[0];
    if (!widest) return undefined;
    narrowed[widest.column] = widest.each - 1;
  }
  return narrowed;
}

interface BrokenColumns {
  readonly widths: readonly number[];
  readonly isText: readonly boolean[];
}

/** One row of a table on as many lines as its longest cell takes. */
function brokenRow(row: readonly string[], { widths, isText }: BrokenColumns): readonly string[] {
  const cells = row.map((cell, column) => brokenCell(cell, widths[column] ?? 0));
  const height = Math.max(1, ...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((cell, column) =>
        padded(cell[line] ?? "", widths[column] ?? 0, isText[column] ? "end" : "start"),
      )
      .join(" ".repeat(GAP))
      .trimEnd(),
  );
}

/** A cell in pieces of at most `width` columns: words, and where one is too long its characters. */
function brokenCell(cell: string, width: number): readonly string[] {
  const lines: string[] = [""];
  const add = (text: string, glue: string) => {
    const last = lines.at(-1) ?? "";
    const longer = last === "" ? text : last + glue + text;
    if (textWidth(longer) <= width || last === "") lines[lines.length - 1] = longer;
    else lines.push(text);
  };
  for (const word of cell.split(" ")) {
    if (textWidth(word) <= width) add(word, " ");
    else {
      lines.push("");
      for (const character of word) add(character, "");
    }
  }
  return lines.filter((line, index) => line !== "" || index > 0 || lines.length === 1);
}

/** Each row of a table as a list below its first cell. */
function listedRows(
  rows: readonly (readonly string[])[],
  heads: readonly string[],
  width: number,
): readonly string[] {
  if (rows.length === 0) return wrappedLine(heads.join("  "), width);
  return rows.flatMap((row) =>
    row.flatMap((cell, column) => {
      const head = heads[column] ?? "";
      const text = head === "" ? cell : `${head}: ${cell}`.trimEnd();
      return wrappedLine(column === 0 ? text : `  ${text}`, width);
    }),
  );
}
