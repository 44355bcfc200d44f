import { escapeHtml } from "../../../report/html.ts";
import { percent } from "../../../words/percent.ts";
import type { CompareReport } from "./report.ts";

/** A share with its exact bounds. */
interface Row {
  readonly name: string;
  readonly colour: string;
  readonly n: number;
  readonly agreed: number;
  readonly lower: number;
  readonly upper: number;
}

const WIDTH = 720;
const LEFT = 240;
const RIGHT = 24;
const ROW_HEIGHT = 58;
const TOP = 40;

/** Where the axis may begin; the first that leaves room for everything is taken. */
const STEPS = [0.95, 0.9, 0.8, 0.5, 0];

/** Agreement with its interval and the claim, and below it how the prompt agrees with itself. */
export function agreementPlot(report: CompareReport): string {
  const rows = rowsOf(report);
  if (rows.length === 0) return `<p class="note">Nothing is held out yet.</p>`;
  const { claim } = report.agreement;
  const least = Math.min(claim, ...rows.map(({ lower }) => lower));
  const from = STEPS.find((step) => step < least) ?? 0;
  const at = (share: number) =>
    round(LEFT + ((share - from) / (1 - from)) * (WIDTH - LEFT - RIGHT));
  const height = TOP + rows.length * ROW_HEIGHT + 26;
  const bottom = height - 26;
  const label = rows.map(rowText).join("; ");
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(label)}">
${axis(from, { at, bottom })}
<line x1="${at(claim)}" x2="${at(claim)}" y1="22" y2="${bottom}" stroke="var(--open)" stroke-dasharray="4 4"/>
<text x="${at(claim)}" y="14" text-anchor="middle">claim ${percent(claim, "given")}</text>
${rows.map((row, index) => rowMarks(row, TOP + index * ROW_HEIGHT + 20, at)).join("\n")}
</svg>
<p class="note">Dot: what was seen. Line: exact one-sided bounds, each at the risk of this look. Agreement is not correctness.</p>`;
}

function rowsOf({ agreement, selfAgreement, kind }: CompareReport): readonly Row[] {
  const name = kind === "worker" ? "other prompt" : "tool";
  const rows: Row[] = [];
  if (agreement.n > 0) rows.push({ ...agreement, name, colour: "var(--tool)" });
  if (selfAgreement)
    rows.push({ ...selfAgreement, name: "prompt, rerun", colour: "var(--prompt)" });
  return rows;
}

function rowText({ name, agreed, n, lower, upper }: Row): string {
  return `${name}: ${agreed} of ${n} agree, bounds ${percent(lower, "at-least")} and ${percent(upper, "at-most")}`;
}

type Scale = (share: number) => number;

function axis(from: number, { at, bottom }: { at: Scale; bottom: number }): string {
  const steps = Array.from({ length: 6 }, (_, index) => from + ((1 - from) * index) / 5);
  return steps
    .map(
      (share) =>
        `<line class="axis" x1="${at(share)}" x2="${at(share)}" y1="22" y2="${bottom}"/>` +
        `<text class="soft" x="${at(share)}" y="${bottom + 18}" text-anchor="middle">${percent(Number(share.toFixed(4)), "given")}</text>`,
    )
    .join("\n");
}

function rowMarks(row: Row, y: number, at: Scale): string {
  const { name, colour, agreed, n, lower, upper } = row;
  const bounds = `${agreed} of ${n}: ${percent(lower, "at-least")} to ${percent(upper, "at-most")}`;
  return `<text x="0" y="${y}">${escapeHtml(name)}</text>
<text class="soft" x="0" y="${y + 18}">${bounds}</text>
<line x1="${at(lower)}" x2="${at(upper)}" y1="${y - 4}" y2="${y - 4}" stroke="${colour}" stroke-width="3"/>
${[lower, upper].map((share) => `<line x1="${at(share)}" x2="${at(share)}" y1="${y - 11}" y2="${y + 3}" stroke="${colour}" stroke-width="2"/>`).join("")}
<circle cx="${at(agreed / n)}" cy="${y - 4}" r="5.5" fill="${colour}"/>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
