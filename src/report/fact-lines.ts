import { printable } from "../words/printable.ts";
import { padded, textWidth } from "../words/text-width.ts";
import type { FactsBlock } from "./report.ts";
import { wrappedLine } from "./wrapped-line.ts";

interface FactOptions {
  /** Columns that a line may have. */
  readonly width: number;
  /** Columns of names that stand flush right, as labels do. Default: flush left, as wide as the widest. */
  readonly labelWidth?: number;
}

/** Names and values for a terminal, all values below each other. */
export function factLines(
  { rows }: FactsBlock,
  { width, labelWidth }: FactOptions,
): readonly string[] {
  const names = rows.map(({ name }) => printable(name));
  const longest = names.reduce((most, name) => Math.max(most, textWidth(name)), 0);
  const column = labelWidth ?? longest;
  const blank = " ".repeat(column + 2);
  return rows.flatMap(({ value }, index) => {
    const name = padded(names[index] ?? "", column, labelWidth === undefined ? "end" : "start");
    const [first = "", ...rest] = wrappedLine(value, Math.max(column, width - blank.length), 0);
    return [`${name}  ${first}`.trimEnd(), ...rest.map((line) => blank + line)];
  });
}
