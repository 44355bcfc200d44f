import { expect, test } from "vitest";
import type { LinePlot } from "../report.ts";
import { lineDrawing } from "./field-plots.ts";

function plotOf(values: readonly number[]): LinePlot {
  const points = values.map((y, x) => ({ x, y }));
  return { kind: "lines", title: "", x: "count", unit: "share", series: [{ name: "s", points }] };
}

function drawnPoints(plot: LinePlot): readonly (readonly number[])[] {
  const [, path = ""] = /<polyline points="([^"]*)"/.exec(lineDrawing(plot).marks.markup) ?? [];
  return path.split(" ").map((pair) => pair.split(",").map(Number));
}

test("a line of very many points is drawn from few of them, with its only outlier", () => {
  const values = Array.from({ length: 50_000 }, (_, at) => (at === 31_234 ? 0 : 0.9));
  const points = drawnPoints(plotOf(values));
  expect(points.length).toBeLessThanOrEqual(1300);
  const heights = points.map(([, y = Number.NaN]) => y);
  expect(Math.max(...heights)).toBe(186);
  expect(heights.filter((y) => y === 186)).toHaveLength(1);
});

test("a line of few points is drawn from all of them", () => {
  expect(drawnPoints(plotOf([0.9, 0.8, 0.7]))).toHaveLength(3);
});
