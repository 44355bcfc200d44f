import { counted } from "../words/counted.ts";
import { type MarkedPiece, markedPieces } from "../words/marked-text.ts";
import { textWidth, wrapPieces } from "../words/text-width.ts";

/** How much room there is for a text. */
export interface Room {
  /** Columns of a row, 20 at least; undefined: lines are not wrapped. */
  readonly columns: number | undefined;
  /** Rows that one text may take; what is left over is counted. Undefined: as many as it takes. */
  readonly mostRows: number | undefined;
}

/** Lines of a text, with what stands before them. */
interface MarginedText {
  /** Stands before the first row of each line, or of the one with an index. */
  readonly margin: string | ((index: number) => string);
  readonly lines: readonly string[];
  /** Words of our own before the first line, and after the last one. Default: none. */
  readonly before?: string;
  readonly after?: string;
}

/** Fewer columns than that are taken for as many. */
const LEAST_COLUMNS = 20;

/** Characters of one line that are looked at where only some rows are shown. */
const MOST_READ = 100_000;

/** Stands before the rows with which a line goes on. No text has it: there it is marked. */
const GOES_ON = "┊ ";

/** Lines of a text in rows that fit, marked; where they are too many, their rest is counted. */
export function rowsOf(
  room: Room,
  { margin, lines, before, after }: MarginedText,
): readonly string[] {
  const { mostRows = Number.POSITIVE_INFINITY } = room;
  const isLimited = mostRows < Number.POSITIVE_INFINITY;
  const rows: string[] = [];
  let left = lines.reduce((sum, line) => sum + line.length + 1, -1);
  for (const [index, line] of lines.entries()) {
    const first = typeof margin === "string" ? margin : margin(index);
    const next = `${indentOf(first)}${GOES_ON}`;
    const read = isLimited ? line.slice(0, MOST_READ) : line;
    const isLast = index === lines.length - 1 && read.length === line.length;
    const pieces = [
      ...(index === 0 ? unmarked(before) : []),
      ...markedPieces(read),
      ...(isLast ? unmarked(after) : []),
    ];
    for (const [number, row] of wrapPieces(pieces, widthOf(room, [first, next])).entries()) {
      if (rows.length >= mostRows) return [...rows, moreNote(first, left)];
      rows.push(`${number === 0 ? first : next}${row.shown}`);
      left -= row.length;
    }
    if (read.length < line.length) return [...rows, moreNote(first, left)];
    left--; // its line break
  }
  return rows;
}

function unmarked(words = ""): readonly MarkedPiece[] {
  return words === "" ? [] : [{ shown: words, length: 0 }];
}

function widthOf({ columns }: Room, margins: readonly string[]): number {
  if (columns === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(LEAST_COLUMNS, columns) - 1 - Math.max(...margins.map(textWidth));
}

function indentOf(margin: string): string {
  return " ".repeat(margin.length - margin.trimStart().length);
}

/** Says at the place where a text was cut how much of it is missing. */
function moreNote(margin: string, characters: number): string {
  return `${indentOf(margin)}… ${counted(characters, "more character")}, press v to view`;
}
