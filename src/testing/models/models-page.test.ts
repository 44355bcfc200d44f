import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_USAGE } from "../../model/usage.ts";
import { figuresOf, quantile } from "./model-figures.ts";
import { costPlot, latencyPlot } from "./models-page.ts";
import type { ModelCase } from "./run-models.ts";

const CASE: ModelCase = {
  name: "main.cases.yaml: greets",
  state: "passed",
  failures: [],
  count: { passed: 3, runs: 4 },
  usage: { ...NO_USAGE, inputTokens: 10, outputTokens: 5 },
  usd: 0.004,
  latenciesMs: [30, 10, 20],
  scripted: 0,
  judgements: [],
  performed: [],
};

function figures(model: string, ...cases: readonly ModelCase[]) {
  return figuresOf({ model, cases });
}

test("quantiles are values that were seen", () => {
  expect(quantile([], 0.5)).toBeUndefined();
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2);
  expect(quantile([1, 2, 3, 4], 0.95)).toBe(4);
  fc.assert(
    fc.property(
      fc.array(fc.nat(), { minLength: 1 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (values, share) => {
        const sorted = values.toSorted((a, b) => a - b);
        const found = quantile(sorted, share) ?? Number.NaN;
        const within = sorted.filter((value) => value <= found).length;
        expect(within).toBeGreaterThanOrEqual(sorted.length * share - 1e-9);
        expect(sorted).toContain(found);
      },
    ),
  );
});

describe("the plots", () => {
  const models = [
    figures("a", CASE),
    figures("b", { ...CASE, usd: undefined }),
    figures("c", { ...CASE, latenciesMs: [], scripted: 1 }),
    figures("d", { ...CASE, state: "unrecorded" }),
  ];

  test("show a point for each model whose cost is known", () => {
    const plot = costPlot(models);
    expect(plot).toMatchObject({
      kind: "points",
      points: [{ name: "a, 3 of 4 runs", x: 0.001, y: 0.75, lower: expect.closeTo(0.248, 2) }],
    });
    expect(costPlot(models.slice(1))).toBeUndefined();
  });

  test("show a row for each model with latencies", () => {
    expect(latencyPlot(models)).toMatchObject({
      kind: "spread",
      rows: [
        { name: "a", median: 20, p95: 30 },
        { name: "b", median: 20, p95: 30 },
      ],
    });
    expect(latencyPlot(models.slice(2))).toBeUndefined();
  });
});
