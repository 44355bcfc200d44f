import { diffArrays } from "diff";
import { printableLines } from "../cassette/printable.ts";
import type { AnswerChange } from "../testing/cases/answer-change.ts";
import { textWidth, wrapText } from "./text-width.ts";

/** Between the two columns: what is the same, what is not. */
const SAME = "   ";
const DIFFERENT = " | ";

/** Columns narrower than that cannot be read; they are made so wide on any terminal. */
const NARROWEST = 16;

/**
 * Two texts in two columns, line beside line, with a bar between lines that differ.
 *
 * @param width of both columns together, in characters of a terminal
 */
export function sideBySide(left: string, right: string, width: number): readonly string[] {
  const column = Math.max(NARROWEST, Math.floor((width - DIFFERENT.length) / 2));
  return rowsOf(linesOf(left, column), linesOf(right, column)).map(([before, after, isSame]) => {
    const padding = " ".repeat(Math.max(0, column - textWidth(before)));
    return `${before}${padding}${isSame ? SAME : DIFFERENT}${after}`.trimEnd();
  });
}

/** What models say now and said before, for a person: each change with the two answers side by side. */
export function changesText(changes: readonly AnswerChange[], width: number): readonly string[] {
  const isChanged = ({ before, after }: AnswerChange) => before !== after;
  const same = changes.length - changes.filter(isChanged).length;
  return [
    ...changes
      .filter(isChanged)
      .flatMap(({ call, before, after }) => [
        `${printableLines(call)}: answers otherwise (before | now)`,
        ...sideBySide(before, after, width - 2).map((line) => `  ${line}`),
      ]),
    ...(same > 0 ? [`${same} ${same === 1 ? "answer is" : "answers are"} as before`] : []),
  ];
}

function linesOf(text: string, column: number): readonly string[] {
  const lines = printableLines(text).replaceAll("\t", "  ").replace(/\n$/, "").split("\n");
  return lines.flatMap((line) => wrapText(line, column));
}

type Row = readonly [before: string, after: string, isSame: boolean];

function rowsOf(left: readonly string[], right: readonly string[]): readonly Row[] {
  const rows: Row[] = [];
  let removed: string[] = [];
  let added: string[] = [];
  const flush = () => {
    for (let index = 0; index < Math.max(removed.length, added.length); index++) {
      rows.push([removed[index] ?? "", added[index] ?? "", false]);
    }
    removed = [];
    added = [];
  };
  for (const { value, removed: isRemoved, added: isAdded } of diffArrays([...left], [...right])) {
    if (isRemoved) removed.push(...value);
    else if (isAdded) added.push(...value);
    else {
      flush();
      rows.push(...value.map((line): Row => [line, line, true]));
    }
  }
  flush();
  return rows;
}
