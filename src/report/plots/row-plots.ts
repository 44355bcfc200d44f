import { type Html, html } from "../html.ts";
import { boundsText, intervalText, levelText, valueText } from "../plot-text.ts";
import type { BarPlot, IntervalPlot, IntervalRow, SpreadPlot, StackPlot } from "../report.ts";
import {
  colourOf,
  round,
  type Scale,
  scaleOf,
  shareDomain,
  shareTicks,
  shortName,
  tickText,
  valueAxis,
  WIDTH,
} from "./axes.ts";

/** Where bars begin and end. */
const EDGE = 10;

/** A row has its words above its bar. */
const ROW_HEIGHT = 44;

/** What a plot draws: the height of its view box, and its marks. */
export interface Drawing {
  readonly height: number;
  readonly marks: Html;
}

/** Shares with their bounds, and levels such as the claim across all of them. */
export function intervalDrawing({ rows, levels = [] }: IntervalPlot): Drawing {
  const values = [...rows.map(({ lower }) => lower), ...levels.map(({ value }) => value)];
  const domain = shareDomain(values);
  const at = scaleOf(domain, EDGE, WIDTH - EDGE);
  const top = levels.length > 0 ? 22 : 6;
  const bottom = top + rows.length * ROW_HEIGHT + 4;
  const marks = html`${verticalTicks(
    shareTicks(domain).map((share) => ({ at: at(share), text: tickText(share, "share") })),
    { top, bottom },
  )}${levels.map((level) => {
    const x = at(level.value);
    const anchor = x > WIDTH / 2 ? "end" : "start";
    return html`<g class="level"><line x1="${x}" x2="${x}" y1="${top - 6}" y2="${bottom}"/><text x="${x}" y="12" text-anchor="${anchor}">${levelText({ ...level, name: shortName(level.name) }, "share")}</text></g>`;
  })}${rows.map((row, index) => intervalMarks(row, { index, at, y: top + index * ROW_HEIGHT }))}`;
  return { height: bottom + 20, marks };
}

interface RowPlace {
  readonly index: number;
  readonly at: Scale;
  readonly y: number;
}

function intervalMarks(row: IntervalRow, { index, at, y }: RowPlace): Html {
  const { name, detail, share, lower, upper } = row;
  const seen = detail ?? valueText(share, "share");
  const bar = y + 32;
  const ends = [at(lower), at(upper)];
  return html`<g class="${colourOf(index)}"><title>${intervalText(row)}</title>${rowWords(name, `${seen}: ${boundsText(lower, upper)}`, y)}<line class="range" x1="${ends[0]}" x2="${ends[1]}" y1="${bar}" y2="${bar}"/>${ends.map((x) => html`<line class="range" x1="${x}" x2="${x}" y1="${bar - 6}" y2="${bar + 6}"/>`)}<circle cx="${at(share)}" cy="${bar}" r="5"/></g>`;
}

/** Values beside each other; what is there but too small to see still shows as a line. */
export function barDrawing({ rows, unit }: BarPlot): Drawing {
  const { domain } = valueAxis(
    [...rows.map(({ value }) => value), ...(unit === "share" ? [0] : [])],
    unit,
  );
  const at = scaleOf(domain, 0, WIDTH - 2 * EDGE);
  const marks = html`${rows.map(({ name, value }, index) => {
    const y = index * ROW_HEIGHT;
    const width = Math.max(value > 0 ? 1.5 : 0, at(value));
    return html`<g class="${colourOf(index)}"><title>${name} ${valueText(value, unit)}</title>${rowWords(name, valueText(value, unit), y)}<rect x="${EDGE}" y="${y + 24}" width="${width}" height="13" rx="2"/></g>`;
  })}`;
  return { height: rows.length * ROW_HEIGHT + 4, marks };
}

/** Wholes and their parts, all to one scale, with the parts' names below. */
export function stackDrawing({ rows, unit }: StackPlot): Drawing {
  const totals = rows.map(({ parts }) => parts.reduce((sum, { value }) => sum + size(value), 0));
  const domain = { from: 0, to: Math.max(0, ...totals) };
  const at = scaleOf(domain, 0, WIDTH - 2 * EDGE);
  const names = [...new Set(rows.flatMap(({ parts }) => parts.map(({ name }) => name)))];
  const marks = rows.map(({ name, parts }, index) => {
    const y = index * ROW_HEIGHT;
    let before = 0;
    const bars = parts.map((part) => {
      const x = round(EDGE + at(before));
      before += size(part.value);
      const width = round(EDGE + at(before) - x);
      return html`<rect class="${colourOf(names.indexOf(part.name))}" x="${x}" y="${y + 24}" width="${width}" height="13"><title>${name}: ${part.name} ${valueText(part.value, unit)}</title></rect>`;
    });
    return html`${rowWords(name, parts.map((part) => valueText(part.value, unit)).join(" + "), y)}${bars}`;
  });
  const bottom = rows.length * ROW_HEIGHT + 4;
  const legend = names.map((name, index) => legendMark(shortName(name), index, bottom));
  return { height: bottom + names.length * 18 + 4, marks: html`${marks}${legend}` };
}

/** All values of each row as strokes; the bar goes from the median to the 95th percentile. */
export function spreadDrawing({ rows, unit }: SpreadPlot): Drawing {
  const { domain, ticks } = valueAxis(
    rows.map(({ values, p95 }) => values.reduce((most, value) => Math.max(most, value), p95)),
    unit,
  );
  const at = scaleOf(domain, EDGE, WIDTH - EDGE);
  const bottom = rows.length * ROW_HEIGHT + 4;
  const shown = ticks.map((tick) => ({ at: at(tick), text: tickText(tick, unit) }));
  const marks = rows.map(({ name, values, median, p95 }, index) => {
    const y = index * ROW_HEIGHT;
    const text = `median ${valueText(median, unit)}, p95 ${valueText(p95, unit)}`;
    const width = Math.max(2, round(at(p95) - at(median)));
    const strokes = [...new Set(values.map(at))];
    return html`<g class="${colourOf(index)}"><title>${name}: ${text}</title>${rowWords(name, text, y)}<rect class="band" x="${at(median)}" y="${y + 23}" width="${width}" height="18" rx="3"/>${strokes.map((x) => html`<line class="stroke" x1="${x}" x2="${x}" y1="${y + 26}" y2="${y + 38}"/>`)}</g>`;
  });
  return { height: bottom + 20, marks: html`${verticalTicks(shown, { top: 4, bottom })}${marks}` };
}

/** A legend's line: a square in its colour, then the name. */
function legendMark(name: string, index: number, top: number): Html {
  const y = top + index * 18;
  return html`<g class="${colourOf(index)}"><rect x="${EDGE}" y="${y + 3}" width="10" height="10" rx="2"/><text x="${EDGE + 16}" y="${y + 12}">${name}</text></g>`;
}

/** The words above the bar of a row: its name, and at the other side its figures. */
function rowWords(name: string, figures: string, y: number): Html {
  return html`<text x="0" y="${y + 15}">${shortName(name)}</text><text class="soft" x="${WIDTH}" y="${y + 15}" text-anchor="end">${figures}</text>`;
}

interface Tick {
  readonly at: number;
  readonly text: string;
}

function verticalTicks(
  ticks: readonly Tick[],
  { top, bottom }: { readonly top: number; readonly bottom: number },
): Html {
  return html`${ticks.map(({ at, text }, index) => {
    const anchor = index === 0 ? "start" : index === ticks.length - 1 ? "end" : "middle";
    return html`<line class="axis" x1="${at}" x2="${at}" y1="${top}" y2="${bottom}"/><text class="soft" x="${at}" y="${bottom + 15}" text-anchor="${anchor}">${text}</text>`;
  })}`;
}

/** A part cannot be less than nothing. */
function size(value: number): number {
  return Number.isFinite(value) ? Math.max(0, value) : 0;
}
