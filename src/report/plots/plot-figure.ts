import { type Html, html } from "../html.ts";
import { marksOf, plotText } from "../plot-text.ts";
import type { Plot } from "../report.ts";
import { WIDTH } from "./axes.ts";
import { lineDrawing, pointDrawing } from "./field-plots.ts";
import {
  barDrawing,
  type Drawing,
  intervalDrawing,
  spreadDrawing,
  stackDrawing,
} from "./row-plots.ts";

/** A plot with its title and note. A screen reader reads it as one sentence. */
export function plotFigure(plot: Plot): Html {
  const { height, marks } = drawingOf(plot);
  return html`<figure><figcaption>${plot.title}</figcaption>${
    marksOf(plot) === 0
      ? html`<p class="note">${plotText(plot)}</p>`
      : html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${plotText(plot)}">${marks}</svg>`
  }${marksOf(plot) > 0 && plot.note !== undefined && html`<p class="note">${plot.note}</p>`}</figure>`;
}

function drawingOf(plot: Plot): Drawing {
  switch (plot.kind) {
    case "intervals":
      return intervalDrawing(plot);
    case "lines":
      return lineDrawing(plot);
    case "stacks":
      return stackDrawing(plot);
    case "bars":
      return barDrawing(plot);
    case "points":
      return pointDrawing(plot);
    case "spread":
      return spreadDrawing(plot);
  }
}
