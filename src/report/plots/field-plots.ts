import { type Html, html } from "../html.ts";
import { pointText, valueText, xText } from "../plot-text.ts";
import type { LinePlot, LinePoint, PointPlot } from "../report.ts";
import {
  AREA,
  colourOf,
  levelMark,
  lineAxis,
  type Scale,
  scaleOf,
  shortName,
  tickText,
  valueAxis,
  WIDTH,
} from "./axes.ts";
import type { Drawing } from "./row-plots.ts";

/** More points than that are one line without dots. */
const MOST_DOTS = 60;

/** Height of a line of the legend. */
const LEGEND_ROW = 18;

/** Characters of a line of the legend. */
const LEGEND_NAME = 48;

/** Values over time or over a count: lines, bands between bounds, levels and events. */
export function lineDrawing(plot: LinePlot): Drawing {
  const { series, unit, levels = [], events = [] } = plot;
  const points = series.flatMap((each) => each.points).filter(isDrawn);
  const y = valueAxis([...yValues(points), ...levels.map(({ value }) => value)], unit);
  const x = lineAxis(plot);
  const atX = scaleOf(x.domain, AREA.left, AREA.right);
  const atY = scaleOf(y.domain, AREA.bottom, AREA.top);
  const at = { x: atX, y: atY };
  const marks = html`${frame(
    x.ticks.map((tick) => ({ at: atX(tick.at), text: tick.text })),
    y.ticks.map((tick) => ({ at: atY(tick), text: tickText(tick, unit) })),
  )}${levels.map((level) => levelMark(level, atY, unit))}${events.map(
    (event) =>
      html`<g class="event"><title>${event.name} at ${xText(event.x, plot.x)}</title><line x1="${atX(event.x)}" x2="${atX(event.x)}" y1="${AREA.top}" y2="${AREA.bottom}"/><text x="${atX(event.x)}" y="${AREA.top - 3}" text-anchor="${atX(event.x) > WIDTH / 2 ? "end" : "start"}">${shortName(event.name)}</text></g>`,
  )}${series.map((each, index) => seriesMarks(each.points, { index, plot, at }))}${legend(series.map(({ name }) => name))}`;
  return { height: AREA.bottom + 24 + series.length * LEGEND_ROW, marks };
}

interface SeriesPlace {
  readonly index: number;
  readonly plot: LinePlot;
  readonly at: { readonly x: Scale; readonly y: Scale };
}

function seriesMarks(all: readonly LinePoint[], { index, plot, at }: SeriesPlace): Html {
  const points = thinned(all.filter(isDrawn));
  const path = points.map(({ x, y }) => `${at.x(x)},${at.y(y)}`).join(" ");
  const bounded = points.flatMap(({ x, lower, upper }) =>
    lower === undefined || upper === undefined ? [] : [{ x: at.x(x), lower, upper }],
  );
  const band = [
    ...bounded.map(({ x, upper }) => `${x},${at.y(upper)}`),
    ...bounded.toReversed().map(({ x, lower }) => `${x},${at.y(lower)}`),
  ].join(" ");
  const dots = points.length > MOST_DOTS ? [] : points;
  return html`<g class="${colourOf(index)}">${band !== "" && html`<polygon class="band" points="${band}"/>`}${points.length > 1 && html`<polyline points="${path}"/>`}${dots.map(
    (point) =>
      html`<circle cx="${at.x(point.x)}" cy="${at.y(point.y)}" r="3"><title>${xText(point.x, plot.x)}: ${pointText(point, plot.unit)}</title></circle>`,
  )}</g>`;
}

/** One quantity against another; each point has a number, which the legend names. */
export function pointDrawing({ x, y, points }: PointPlot): Drawing {
  const drawn = points.filter(isDrawn);
  const across = valueAxis(
    drawn.map((point) => point.x),
    x.unit,
  );
  const up = valueAxis([...yValues(drawn), ...(y.unit === "share" ? [0] : [])], y.unit);
  const atX = scaleOf(across.domain, AREA.left, AREA.right);
  const atY = scaleOf(up.domain, AREA.bottom, AREA.top);
  const marks = points.map((point, index) => {
    if (!isDrawn(point)) return undefined;
    const { name, lower, upper } = point;
    const [left, top] = [atX(point.x), atY(point.y)];
    const text = `${name}: ${y.name} ${pointText(point, y.unit)}, ${x.name} ${valueText(point.x, x.unit)}`;
    const range =
      lower !== undefined &&
      upper !== undefined &&
      html`<line class="range" x1="${left}" x2="${left}" y1="${atY(lower)}" y2="${atY(upper)}"/>`;
    return html`<g class="${colourOf(index)}"><title>${text}</title>${range}<circle cx="${left}" cy="${top}" r="9"/><text class="number" x="${left}" y="${top + 4}" text-anchor="middle">${index + 1}</text></g>`;
  });
  const names = points.map(({ name }, index) => `${index + 1} ${name}`);
  const all = html`${frame(
    across.ticks.map((tick) => ({ at: atX(tick), text: tickText(tick, x.unit) })),
    up.ticks.map((tick) => ({ at: atY(tick), text: tickText(tick, y.unit) })),
  )}<text class="soft" x="${AREA.right}" y="${AREA.bottom + 32}" text-anchor="end">${x.name}</text>${marks}${legend(names, 14)}`;
  return { height: AREA.bottom + 38 + names.length * LEGEND_ROW, marks: all };
}

interface Tick {
  readonly at: number;
  readonly text: string;
}

function frame(across: readonly Tick[], up: readonly Tick[]): Html {
  return html`${up.map(({ at, text }) => html`<line class="axis" x1="${AREA.left}" x2="${AREA.right}" y1="${at}" y2="${at}"/><text class="soft" x="${AREA.left - 6}" y="${at + 4}" text-anchor="end">${text}</text>`)}${across.map(
    ({ at, text }, index) => {
      const anchor = index === 0 ? "start" : index === across.length - 1 ? "end" : "middle";
      return html`<text class="soft" x="${at}" y="${AREA.bottom + 17}" text-anchor="${anchor}">${text}</text>`;
    },
  )}`;
}

function legend(names: readonly string[], below = 0): Html {
  return html`${names.map((name, index) => {
    const y = AREA.bottom + 24 + below + index * LEGEND_ROW;
    return html`<g class="${colourOf(index)}"><rect x="${AREA.left}" y="${y + 3}" width="10" height="10" rx="2"/><text x="${AREA.left + 16}" y="${y + 12}">${shortName(name, LEGEND_NAME)}</text></g>`;
  })}`;
}

/** Points that a line is drawn from; a screen shows no more. */
const MOST_POINTS = 1200;

/** Fewer points that look the same: of each stretch the lowest and the highest, and the last. */
function thinned(points: readonly LinePoint[]): readonly LinePoint[] {
  if (points.length <= MOST_POINTS) return points;
  const size = Math.ceil((2 * points.length) / MOST_POINTS);
  const kept = new Set<LinePoint | undefined>();
  for (let start = 0; start < points.length; start += size) {
    const stretch = points.slice(start, start + size).toSorted((one, other) => one.y - other.y);
    kept.add(stretch[0]).add(stretch.at(-1));
  }
  kept.add(points.at(-1));
  return points.filter((point) => kept.has(point));
}

function isDrawn({ x, y }: LinePoint): boolean {
  return Number.isFinite(x) && Number.isFinite(y);
}

function yValues(points: readonly LinePoint[]): readonly number[] {
  return points.flatMap(({ y, lower = y, upper = y }) => [y, lower, upper]);
}
