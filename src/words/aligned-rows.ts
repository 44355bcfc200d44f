import { padded, textWidth } from "./text-width.ts";

/**
 * Rows of a table for a terminal, with columns as wide as their widest cell and two blanks between
 * them. Cells are flush right but for those of the columns named in `left`.
 *
 * @param rows a row may be short: it has nothing in the last columns
 */
export function alignedRows(
  rows: readonly (readonly string[])[],
  { left = [] }: { readonly left?: readonly number[] } = {},
): readonly string[] {
  const count = Math.max(0, ...rows.map(({ length }) => length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => textWidth(row[column] ?? ""))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return padded(cell, width, left.includes(column) ? "end" : "start");
      })
      .join("  ")
      .trimEnd(),
  );
}
