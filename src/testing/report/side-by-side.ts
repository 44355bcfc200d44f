import { printableLines } from "../../words/printable.ts";
import { padded } from "../../words/text-width.ts";

/** Two texts that are to be looked at together. */
interface SideBySide {
  readonly left: string;
  readonly right: string;
  /** Characters that a line may have. */
  readonly columns: number;
}

const GUTTER = " │ ";

/** Narrower than this, a column is no help. */
const LEAST_WIDTH = 20;

/** Two texts in two columns, with `~` before lines that differ. */
export function sideBySide({ left, right, columns }: SideBySide): readonly string[] {
  const width = Math.max(LEAST_WIDTH, Math.floor((columns - GUTTER.length) / 2) - 1);
  const [lefts, rights] = [wrapped(left, width), wrapped(right, width)];
  return Array.from({ length: Math.max(lefts.length, rights.length) }, (_, row) => {
    const [before = "", after = ""] = [lefts[row], rights[row]];
    const sign = before === after ? " " : "~";
    return `${sign}${padded(before, width)}${GUTTER}${after}`.trimEnd();
  });
}

function wrapped(text: string, width: number): readonly string[] {
  const lines = printableLines(text).replace(/\n$/, "").split("\n");
  return lines.flatMap((line) => wrappedLine(line, width));
}

function wrappedLine(line: string, width: number): readonly string[] {
  const rows: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const end = space > 0 ? space : width;
    rows.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...rows, rest];
}
