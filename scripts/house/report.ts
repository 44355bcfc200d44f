import { boundText, excess, type Figure, type Measured, shown } from "./figure.ts";
import { STARTED } from "./started.ts";

/** A figure with what was measured. */
export interface Finding {
  readonly figure: Figure;
  readonly measured: Measured;
}

export function isOver({ figure, measured }: Finding): boolean {
  return figure.bound !== undefined && excess(measured.value, figure.bound) > 0;
}

/** The findings as aligned columns: then, now, by how much they differ, the bound and the verdict. */
export function formatFindings(findings: readonly Finding[]): string {
  const rows = [
    ["figure", `at ${STARTED.commit}`, "now", "change", "bound", ""],
    ...findings.map(rowOf),
  ];
  const widths =
    rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}

/** What a person would look at, figure by figure. */
export function formatDetails(findings: readonly Finding[]): string {
  return findings
    .map(({ figure, measured }) => {
      const lines = measured.details.map((detail) => `  ${detail}\n`).join("");
      return `\n${figure.title}:\n${lines}`;
    })
    .join("");
}

function rowOf(finding: Finding): readonly string[] {
  const { figure, measured } = finding;
  const start = STARTED.values[figure.name];
  const verdict = isOver(finding) ? "over" : "ok";
  return [
    figure.title,
    start === undefined ? "-" : shown(start),
    shown(measured.value),
    start ? changeText(start, measured.value) : "",
    limitText(figure),
    figure.bound ? verdict : "printed",
  ];
}

function limitText({ bound, aim }: Figure): string {
  if (bound) return boundText(bound);
  return aim === undefined ? "-" : `aim ${aim} %`;
}

function changeText(start: number, now: number): string {
  const change = ((100 * (Number(shown(now)) - start)) / start).toFixed(1);
  if (Number(change) === 0) return "0.0 %";
  return `${Number(change) > 0 ? "+" : ""}${change} %`;
}
