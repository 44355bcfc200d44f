import type { Assault, Attack } from "./attack.ts";

export interface AttackRow {
  readonly attack: Attack;
  readonly assault: Assault;
  readonly seconds: number;
}

const TITLES = ["what", "tried", "harm", "seconds"] as const;

/** One line an attack: aligned columns, or a Markdown table for docs/security.md. */
export function attackTable(
  rows: readonly AttackRow[],
  { markdown }: { markdown: boolean },
): string {
  const cells = [TITLES, ...rows.map(rowOf)];
  const widths = TITLES.map((_title, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  const aligned = cells.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)));
  if (!markdown) return aligned.map((row) => `${row.join("  ").trimEnd()}\n`).join("");
  const rule = widths.map((width) => "-".repeat(width));
  const [head = [], ...body] = aligned;
  return [head, rule, ...body].map((row) => `| ${row.join(" | ")} |\n`).join("");
}

function rowOf({ attack, assault, seconds }: AttackRow): readonly string[] {
  const harm = assault.breaches.map(({ what, count }) => `${count} ${what}`).join(", ");
  return [attack.what, assault.tried.toLocaleString("en"), harm, seconds.toFixed(0)];
}
