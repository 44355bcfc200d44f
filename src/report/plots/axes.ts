import { percent } from "../../words/percent.ts";
import { shortened } from "../../words/printable.ts";
import { type Html, html } from "../html.ts";
import { valueText } from "../plot-text.ts";
import type { Level, LinePlot, Unit } from "../report.ts";

/** Width of every plot, in units of its view box. A page scales it to about 10 to 15 pixels a line of text. */
export const WIDTH = 400;

/** Where the area of a plot with two axes ends. */
export const AREA = { left: 52, right: WIDTH - 12, top: 14, bottom: 186 } as const;

/** Colours of the page's style; what comes after them begins again. */
const COLOURS = 8;

/** Characters of a name that have room in a plot; the whole stands in its text. */
const LONGEST_NAME = 26;

/** Where a value stands in a plot. */
export type Scale = (value: number) => number;

/** Values that a scale covers. */
interface Domain {
  readonly from: number;
  readonly to: number;
}

/** Maps values to coordinates; what lies outside stands at the edge. */
export function scaleOf({ from, to }: Domain, start: number, end: number): Scale {
  const span = to - from;
  return (value) => {
    const part = span > 0 ? (value - from) / span : 0;
    const inside = Number.isNaN(part) ? 0 : Math.min(1, Math.max(0, part));
    return round(start + inside * (end - start));
  };
}

/** The class that gives a mark the colour of its number, from 0. */
export function colourOf(index: number): string {
  return `m${(index % COLOURS) + 1}`;
}

/** @param length characters that have room; default: those beside a row's figures */
export function shortName(name: string, length = LONGEST_NAME): string {
  return shortened(name, length);
}

/** Where an axis of shares may begin; the first that leaves room for everything is taken. */
const SHARE_STARTS = [0.95, 0.9, 0.8, 0.5, 0];

/** An axis of shares that ends at all and begins below the least value. */
export function shareDomain(values: readonly number[]): Domain {
  const least = values.reduce(
    (low, value) => Math.min(low, Number.isFinite(value) ? value : low),
    1,
  );
  return { from: SHARE_STARTS.find((start) => start < least) ?? 0, to: 1 };
}

/** Six values over an axis of shares. */
export function shareTicks({ from, to }: Domain): readonly number[] {
  return Array.from({ length: 6 }, (_, index) =>
    Number((from + ((to - from) * index) / 5).toFixed(4)),
  );
}

/** Some round values from 0 up to the first that is not below the largest. */
export function ticksTo(largest: number): readonly number[] {
  if (!(largest > 0 && Number.isFinite(largest))) return [0, 1];
  const rough = largest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((by) => by * power).find((size) => size >= rough) ?? rough;
  const count = Math.ceil(largest / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** An axis for values of a unit, with its ticks. */
export function valueAxis(
  values: readonly number[],
  unit: Unit,
): { readonly domain: Domain; readonly ticks: readonly number[] } {
  if (unit === "share") {
    const domain = shareDomain(values);
    return { domain, ticks: shareTicks(domain) };
  }
  const finite = values.filter(Number.isFinite);
  const ticks = ticksTo(finite.reduce((high, value) => Math.max(high, value), 0));
  return { domain: { from: 0, to: ticks.at(-1) ?? 1 }, ticks };
}

/** What is written at a tick. */
export function tickText(value: number, unit: Unit): string {
  if (unit === "share") return percent(Number(value.toFixed(4)), "given");
  if (unit === "usd") return `$${Number(value.toPrecision(3))}`;
  return valueText(value, unit);
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** What is written below a tick of a time axis: the day, or the hour where a day shows it all. */
function timeTickText(ms: number, { from, to }: Domain): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return "";
  const text = date.toISOString();
  return to - from > DAY_MS ? text.slice(0, 10) : text.slice(11, 16);
}

/** The x axis of a line plot, with three ticks where it counts time. */
export function lineAxis({ x, series, events = [] }: LinePlot): {
  readonly domain: Domain;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
} {
  const values = [...series.flatMap(({ points }) => points), ...events].map((each) => each.x);
  const finite = values.filter(Number.isFinite);
  const { from, to } = finite.reduce<Domain>(
    (range, value) => ({ from: Math.min(range.from, value), to: Math.max(range.to, value) }),
    { from: finite[0] ?? 0, to: finite[0] ?? 1 },
  );
  if (x === "count") {
    const ticks = ticksTo(to);
    const domain = { from: 0, to: ticks.at(-1) ?? 1 };
    return { domain, ticks: ticks.map((at) => ({ at, text: valueText(at, "count") })) };
  }
  const domain = { from, to };
  const ticks = from === to ? [from] : [from, (from + to) / 2, to];
  return { domain, ticks: ticks.map((at) => ({ at, text: timeTickText(at, domain) })) };
}

/** A dashed line at a level, with its name at the side. */
export function levelMark({ name, value }: Level, at: Scale, unit: Unit): Html {
  const y = at(value);
  return html`<g class="level"><title>${name} ${tickText(value, unit)}</title><line x1="${AREA.left}" x2="${AREA.right}" y1="${y}" y2="${y}"/><text x="${AREA.right}" y="${y - 4}" text-anchor="end">${shortName(name)}</text></g>`;
}

/** One digit after the point is finer than a screen. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
