import { type Finding, isOver } from "./figure.ts";

const TITLES = ["figure", "measured", "bound", "unit", ""] as const;

/** Findings as lines of aligned columns, with `ok` or `over` where there is a bound. */
export function formatTable(findings: readonly Finding[]): string {
  const rows = [TITLES, ...findings.map(rowOf)];
  const widths = TITLES.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  "));
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

function rowOf(finding: Finding): readonly string[] {
  const { figure, bound, unit } = finding;
  const verdict = isOver(finding) ? "over" : "ok";
  return [
    figure,
    digits(finding),
    bound === undefined ? "-" : String(bound),
    unit,
    bound === undefined ? "" : verdict,
  ];
}

/** Three digits, or more where the figure would look like its bound and is over it. */
function digits({ measured, bound }: Finding): string {
  for (let count = 3; count < 9; count++) {
    const text = measured >= 100 && count === 3 ? measured.toFixed(0) : measured.toPrecision(count);
    if (Number(text) > (bound ?? 0) || measured <= (bound ?? measured)) return String(Number(text));
  }
  return String(measured);
}
