import { printable } from "../words/printable.ts";
import { textWidth } from "../words/text-width.ts";

/** Even in a narrow terminal so many columns are used: then the terminal breaks lines itself. */
const LEAST_WIDTH = 20;

/** A space where a line may break: a number keeps its unit. */
const BREAK = / (?!(?:%|ms)(?:\W|$))/;

/**
 * One text on as many lines as it takes, broken at spaces. All but the first are indented. Nothing in
 * it can steer a terminal.
 *
 * @param width columns that a line may have; a longer word stays whole
 */
export function wrappedLine(text: string, width: number, indent = 2): readonly string[] {
  const line = printable(text);
  const room = Math.max(LEAST_WIDTH, width);
  if (textWidth(line) <= room) return [line];
  const lines: string[] = [];
  const [start = ""] = /^ */.exec(line) ?? [];
  const blank = start + " ".repeat(indent);
  let row = start;
  for (const word of line.slice(start.length).split(BREAK)) {
    const longer = row.trim() === "" ? row + word : `${row} ${word}`;
    if (row.trim() === "" || textWidth(longer) <= room) row = longer;
    else {
      lines.push(row);
      row = blank + word;
    }
  }
  return [...lines, row];
}
