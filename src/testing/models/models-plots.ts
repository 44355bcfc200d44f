import { DEFAULT_ALPHA } from "../../certificate/verdict.ts";
import { msText } from "../../hardening/compare/report/savings.ts";
import { type Html, html } from "../../html/html.ts";
import { upperBound } from "../../statistics/clopper-pearson.ts";
import { percent } from "../../words/percent.ts";
import { type ModelFigures, quantile } from "./model-figures.ts";

/** A model with its number in the table, from 1, by which the plots name it. */
export interface NumberedFigures extends ModelFigures {
  readonly number: number;
}

/** Colours of the page's style; models beyond them begin again. */
const COLOURS = 8;

const WIDTH = 640;
const LEFT = 56;
const RIGHT = 40;
const TOP = 16;
const RADIUS = 10;

/** Pass rate with its exact bounds, against what a run costs. Undefined where no cost is known. */
export function costPlot(models: readonly NumberedFigures[]): Html | undefined {
  const points = models.flatMap((each) => {
    const { usd, count, scripted, latenciesMs } = each;
    const isScript = scripted > 0 && latenciesMs.length === 0;
    return usd === undefined || isScript || count.runs === 0
      ? []
      : [{ ...each, each: usd / count.runs }];
  });
  if (points.length === 0) return undefined;
  const height = 320;
  const bottom = height - 48;
  const ticks = ticksTo(Math.max(...points.map(({ each }) => each)));
  const most = ticks.at(-1) ?? 1;
  const x = (usd: number) => round(LEFT + (usd / most) * (WIDTH - LEFT - RIGHT));
  const y = (share: number) => round(bottom - share * (bottom - TOP));
  const shares = [0, 0.25, 0.5, 0.75, 1];
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Share of runs that pass, by the cost of a run">
${shares.map((share) => html`<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(share)}" y2="${y(share)}"/><text class="soft" x="${LEFT - 8}" y="${y(share) + 4}" text-anchor="end">${percent(share, "given")}</text>`)}
${ticks.map((usd) => html`<text class="soft" x="${x(usd)}" y="${bottom + 20}" text-anchor="middle">$${trimmed(usd)}</text>`)}
<text class="soft" x="${WIDTH - RIGHT}" y="${height - 6}" text-anchor="end">US dollars a run</text>
${points.map(({ number, model, count, lower = 0, each }) => {
  const upper = upperBound({ agreed: count.passed, n: count.runs }, DEFAULT_ALPHA);
  const at = x(each);
  return html`<g class="m${colour(number)}"><title>${model}: ${count.passed} of ${count.runs}, $${trimmed(each)} a run</title><line class="range" x1="${at}" x2="${at}" y1="${y(lower)}" y2="${y(upper)}"/>${disc(at, y(count.passed / count.runs), number)}</g>`;
})}
</svg>`;
}

const ROW_HEIGHT = 40;

/** How long each model's answers took, each as a stroke. Undefined where nothing is on record. */
export function latencyPlot(models: readonly NumberedFigures[]): Html | undefined {
  const rows = models.filter(({ latenciesMs }) => latenciesMs.length > 0);
  if (rows.length === 0) return undefined;
  const bottom = TOP + rows.length * ROW_HEIGHT;
  const height = bottom + 44;
  const ticks = ticksTo(Math.max(...rows.map(({ latenciesMs }) => latenciesMs.at(-1) ?? 0)));
  const most = ticks.at(-1) ?? 1;
  const x = (ms: number) => round(LEFT + (ms / most) * (WIDTH - LEFT - RIGHT));
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="How long answers took">
${ticks.map((ms) => html`<line class="axis" x1="${x(ms)}" x2="${x(ms)}" y1="${TOP}" y2="${bottom}"/><text class="soft" x="${x(ms)}" y="${bottom + 18}" text-anchor="middle">${msText(ms)}</text>`)}
<text class="soft" x="${WIDTH - RIGHT}" y="${height - 4}" text-anchor="end">one stroke an answer; the bar goes from the median to p95</text>
${rows.map(({ number, model, latenciesMs }, row) => {
  const middle = TOP + row * ROW_HEIGHT + ROW_HEIGHT / 2;
  const median = quantile(latenciesMs, 0.5) ?? 0;
  const p95 = quantile(latenciesMs, 0.95) ?? 0;
  const width = Math.max(2, round(x(p95) - x(median)));
  return html`<g class="m${colour(number)}"><title>${model}: median ${msText(median)}, p95 ${msText(p95)}</title>${disc(24, middle, number)}<rect class="spread" x="${x(median)}" y="${middle - 9}" width="${width}" height="18" rx="3"/>${latenciesMs.map((ms) => html`<line class="stroke" x1="${x(ms)}" x2="${x(ms)}" y1="${middle - 6}" y2="${middle + 6}"/>`)}</g>`;
})}
</svg>`;
}

/** A model's number in its colour, as in the table. */
function disc(x: number, y: number, number: number): Html {
  return html`<circle cx="${x}" cy="${y}" r="${RADIUS}"/><text class="number" x="${x}" y="${y + 4}" text-anchor="middle">${number}</text>`;
}

export function colour(number: number): number {
  return ((number - 1) % COLOURS) + 1;
}

/** Some round values from 0 up to the first that is not below the largest. */
export function ticksTo(largest: number): readonly number[] {
  if (!(largest > 0)) return [0, 1];
  const rough = largest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((by) => by * power).find((size) => size >= rough) ?? rough;
  const count = Math.ceil(largest / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
