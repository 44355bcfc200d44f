import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_USAGE } from "../../model/usage.ts";
import { figuresOf, quantile } from "./model-figures.ts";
import { colour, costPlot, latencyPlot, ticksTo } from "./models-plots.ts";
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

function numbered(number: number, ...cases: readonly ModelCase[]) {
  return { ...figuresOf({ model: `m:${number}`, cases }), number };
}

test("ticks begin at 0, rise evenly and reach the largest value with few of them", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (largest) => {
      const ticks = ticksTo(largest);
      expect(ticks[0]).toBe(0);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(largest * (1 - 1e-8));
      expect(ticks.at(-2)).toBeLessThan(largest);
      expect(ticks.length).toBeLessThanOrEqual(6);
    }),
  );
  expect(ticksTo(0)).toEqual([0, 1]);
});

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
  test("show a point for each model whose cost is known, and a row for each with latencies", () => {
    const models = [
      numbered(1, CASE),
      numbered(2, { ...CASE, usd: undefined }),
      numbered(3, { ...CASE, latenciesMs: [], scripted: 1 }),
      numbered(4, { ...CASE, state: "unrecorded" }),
    ];
    expect(costPlot(models)?.markup.match(/<circle/g)).toHaveLength(1);
    expect(costPlot(models)?.markup).toContain("m:1: 3 of 4, $0.001 a run");
    expect(latencyPlot(models)?.markup.match(/<circle/g)).toHaveLength(2);
    expect(latencyPlot(models)?.markup).toContain("median 20 ms, p95 30 ms");
    expect(costPlot(models.slice(1))).toBeUndefined();
    expect(latencyPlot(models.slice(2))).toBeUndefined();
  });

  test("have a colour for every model, however many there are", () => {
    expect([1, 8, 9].map(colour)).toEqual([1, 8, 1]);
  });
});
