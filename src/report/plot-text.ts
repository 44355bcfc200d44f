import { grouped } from "../words/counted.ts";
import { percent } from "../words/percent.ts";
import { msText, usdText } from "../words/quantities.ts";
import type { IntervalRow, Level, LinePlot, LinePoint, Plot, Series, Unit } from "./report.ts";

/** A plot in one line: what a terminal and Markdown show, and what a screen reader reads. */
export function plotText(plot: Plot): string {
  const facts = factsOf(plot);
  const shown = marksOf(plot) === 0 ? ["nothing is on record yet", ...facts] : facts;
  const note = plot.note === undefined ? "" : ` (${plot.note})`;
  return `${plot.title}: ${shown.join("; ")}${note}`;
}

/** How many rows or points a plot has. */
export function marksOf(plot: Plot): number {
  if (plot.kind === "lines") return plot.series.flatMap(({ points }) => points).length;
  return plot.kind === "points" ? plot.points.length : plot.rows.length;
}

/** A value with its unit: `97.3 %`, `1,204`, `$0.0014`, `12 ms`; `unknown` for what is no number. */
export function valueText(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return "unknown";
  switch (unit) {
    case "share":
      return percent(value, "estimate");
    case "usd":
      return usdText(value);
    case "ms":
      return msText(value);
    case "count":
      return Number.isInteger(value) ? grouped(value) : String(Number(value.toPrecision(4)));
  }
}

/** A value of the x axis: a time as `2026-05-04 13:30`, to the minute of UTC. */
export function xText(x: number, kind: LinePlot["x"]): string {
  if (kind === "count") return valueText(x, "count");
  const at = new Date(x);
  if (Number.isNaN(at.getTime())) return "unknown";
  return at
    .toISOString()
    .replace("T", " ")
    .replace(/:\d\d\.\d+Z$/, "");
}

/** A named value: `claim 98 %`. Levels are settings, so they are not rounded. */
export function levelText({ name, value }: Level, unit: Unit): string {
  const isShare = unit === "share" && Number.isFinite(value);
  return `${name} ${isShare ? percent(value, "given") : valueText(value, unit)}`;
}

/** A row of an interval plot: `tool: 210 of 211, 97.2 % to 99.9 %`. */
export function intervalText({ name, detail, share, lower, upper }: IntervalRow): string {
  return `${name}: ${detail ?? valueText(share, "share")}, ${boundsText(lower, upper)}`;
}

/** The lower bound is rounded down and the upper one up, so that both stay true. */
export function boundsText(lower: number, upper: number): string {
  if (!(Number.isFinite(lower) && Number.isFinite(upper))) return "bounds unknown";
  return `${percent(lower, "at-least")} to ${percent(upper, "at-most")}`;
}

/** What a point of a line says where the mouse rests on it, or what a row of a table would. */
export function pointText({ y, lower, upper }: LinePoint, unit: Unit): string {
  if (lower === undefined || upper === undefined) return valueText(y, unit);
  const bounds =
    unit === "share"
      ? boundsText(lower, upper)
      : `${valueText(lower, unit)} to ${valueText(upper, unit)}`;
  return `${valueText(y, unit)} (${bounds})`;
}

function factsOf(plot: Plot): readonly string[] {
  switch (plot.kind) {
    case "intervals":
      return [
        ...plot.rows.map(intervalText),
        ...(plot.levels ?? []).map((level) => levelText(level, "share")),
      ];
    case "lines":
      return [
        ...plot.series.map((series) => seriesText(series, plot)),
        ...(plot.levels ?? []).map((level) => levelText(level, plot.unit)),
        ...(plot.events ?? []).map(({ name, x }) => `${name} at ${xText(x, plot.x)}`),
      ];
    case "stacks":
      return plot.rows.map(({ name, parts }) => {
        const texts = parts.map((part) => `${part.name} ${valueText(part.value, plot.unit)}`);
        return `${name}: ${texts.join(", ")}`;
      });
    case "bars":
      return plot.rows.map(({ name, value }) => `${name} ${valueText(value, plot.unit)}`);
    case "points": {
      if (plot.points.length === 0) return [`${plot.y.name} against ${plot.x.name}`];
      return plot.points.map(({ name, x, ...point }) => {
        const across = `${plot.x.name} ${valueText(x, plot.x.unit)}`;
        const up = pointText({ x, ...point }, plot.y.unit);
        return `${name}: ${plot.y.name} ${up}, ${across}`;
      });
    }
    case "spread":
      return plot.rows.map(
        ({ name, median, p95 }) =>
          `${name}: median ${valueText(median, plot.unit)}, p95 ${valueText(p95, plot.unit)}`,
      );
  }
}

/** Where a line begins and ends, and its least and largest value in between. */
function seriesText({ name, points }: Series, plot: LinePlot): string {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return `${name}: nothing yet`;
  const at = (point: LinePoint) => `${pointText(point, plot.unit)} at ${xText(point.x, plot.x)}`;
  if (first === last) return `${name}: ${at(first)}`;
  const values = points.map(({ y }) => y).filter(Number.isFinite);
  const [least, most] = values.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const range =
    values.length === 0
      ? ""
      : `, between ${valueText(least, plot.unit)} and ${valueText(most, plot.unit)}`;
  return `${name}: from ${at(first)} to ${at(last)}${range}`;
}
