import { DEFAULT_ALPHA } from "../../certificate/verdict.ts";
import { pageOf } from "../../report/page.ts";
import type { Block, Plot, TableBlock } from "../../report/report.ts";
import { upperBound } from "../../statistics/clopper-pearson.ts";
import { counted } from "../../words/counted.ts";
import { figuresOf, type ModelFigures, quantile } from "./model-figures.ts";
import { judgeLines, modelsTable, verdictLines } from "./models-text.ts";
import type { ModelCase, ModelRun } from "./run-models.ts";

interface ModelsPage {
  readonly runs: readonly ModelRun[];
  /** The name of the project's folder. */
  readonly project: string;
  /** When the runs ended, as people read it. */
  readonly ended: string;
  /** Takes what is secret out of a text. */
  readonly harmless: (text: string) => string;
}

/** What models come to over the same cases, as an HTML page that needs nothing else. */
export function modelsPage({ runs, project, ended, harmless }: ModelsPage): string {
  const figures = runs.map(figuresOf);
  const plots = [costPlot(figures), latencyPlot(figures)].filter((plot) => plot !== undefined);
  const lines = [...verdictLines(runs), ...figures.flatMap(judgeLines)];
  return pageOf({
    title: `${project}: models`,
    headline: "",
    statement: `llm-do test --models, ended ${ended}`,
    sections: [
      {
        blocks: [
          modelsTable(figures),
          { kind: "lines", lines },
          ...plots.map((plot): Block => ({ kind: "plot", plot })),
        ],
      },
      { title: "Cases", blocks: [caseTable(runs)] },
      ...failures(runs, harmless),
    ],
  });
}

/** Pass rate with its exact bounds, against what a run costs. Undefined where no cost is known. */
export function costPlot(models: readonly ModelFigures[]): Plot | undefined {
  const points = models.flatMap(({ model, usd, count, lower = 0, scripted, latenciesMs }) => {
    const isScript = scripted > 0 && latenciesMs.length === 0;
    if (usd === undefined || isScript || count.runs === 0) return [];
    const upper = upperBound({ agreed: count.passed, n: count.runs }, DEFAULT_ALPHA);
    const name = `${model}, ${count.passed} of ${counted(count.runs, "run")}`;
    return [{ name, x: usd / count.runs, y: count.passed / count.runs, lower, upper }];
  });
  if (points.length === 0) return undefined;
  return {
    kind: "points",
    title: "Share of runs that pass, against cost",
    x: { name: "cost of a run", unit: "usd" },
    y: { name: "passed", unit: "share" },
    points,
    note: "The line is the exact 95 % bound on each side.",
  };
}

/** How long each model's answers took. Undefined where nothing is on record. */
export function latencyPlot(models: readonly ModelFigures[]): Plot | undefined {
  const rows = models.flatMap(({ model, latenciesMs }) => {
    const [median, p95] = [quantile(latenciesMs, 0.5), quantile(latenciesMs, 0.95)];
    if (median === undefined || p95 === undefined) return [];
    return [{ name: model, values: latenciesMs, median, p95 }];
  });
  if (rows.length === 0) return undefined;
  return {
    kind: "spread",
    title: "Latency of an answer",
    unit: "ms",
    rows,
    note: "One stroke an answer; the bar goes from the median to p95.",
  };
}

/** What each case came to with each model. */
function caseTable(runs: readonly ModelRun[]): TableBlock {
  const names = [...new Set(runs.flatMap(({ cases }) => cases.map(({ name }) => name)))];
  const byModel = runs.map(({ cases }) => new Map(cases.map((each) => [each.name, each])));
  return {
    kind: "table",
    columns: [{ name: "case" }, ...runs.map(({ model }) => ({ name: model }))],
    rows: names.map((name) => [name, ...byModel.map((cases) => outcomeOf(cases.get(name)))]),
  };
}

function outcomeOf(one: ModelCase | undefined): string {
  if (!one) return "";
  const { state, count } = one;
  const isCounted = state === "passed" || state === "failed";
  return isCounted ? `${state} ${count.passed}/${count.runs}` : state;
}

function failures(runs: readonly ModelRun[], harmless: (text: string) => string) {
  const groups = runs.flatMap(({ model, cases }) => {
    const failed = cases.filter((one) => one.failures.length > 0);
    if (failed.length === 0) return [];
    const shown = failed.map(({ name, failures }) => ({
      title: name,
      parts: failures.map(({ message }) => ({ name: "failure", text: harmless(message) })),
    }));
    return [{ name: model, total: shown.length, cases: shown }];
  });
  return groups.length === 0
    ? []
    : [{ title: "Failures", blocks: [{ kind: "cases", groups } as const] }];
}
