import { formatUsd } from "../../cassette/read/bill.ts";
import { performedText } from "../../cassette/session/effect-policy.ts";
import type { TableBlock } from "../../report/report.ts";
import { tableLines } from "../../report/table-lines.ts";
import { counted, grouped } from "../../words/counted.ts";
import { percent } from "../../words/percent.ts";
import { msText } from "../../words/quantities.ts";
import { verdictLine } from "../verdict/paired-verdict.ts";
import {
  figuresOf,
  isCounted,
  type ModelFigures,
  modelVerdict,
  quantile,
} from "./model-figures.ts";
import type { ModelRun } from "./run-models.ts";

/** The columns of the table. */
const COLUMNS = [
  "model",
  "passed",
  "at least",
  "cost",
  "a run",
  "median",
  "p95",
  "tokens in",
  "out",
] as const;

interface ModelsText {
  readonly runs: readonly ModelRun[];
  /** Cases that ask no model. */
  readonly leftOut: number;
  /** The command that records a model, in words for a shell. */
  readonly recording: (model: string) => string;
}

/** What models come to over the same cases, for a person: failures, the table, verdicts, advice. */
export function modelsText({ runs, leftOut, recording }: ModelsText): string {
  const figures = runs.map(figuresOf);
  const lines = [
    ...runs.flatMap(failureLines),
    ...tableLines(modelsTable(figures), Number.POSITIVE_INFINITY),
    "",
    ...verdictLines(runs),
    ...runs.flatMap(performedLines),
    ...runs.flatMap(reasonLines),
    ...figures.flatMap((each) => noteLines(each, recording)),
    ...(leftOut > 0 ? [`${counted(leftOut, "case")} left out: no model is asked`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** Each model against the first, in one line. */
export function verdictLines([first, ...others]: readonly ModelRun[]): readonly string[] {
  if (!first) return [];
  return others
    .filter(({ cases }) => cases.some(isCounted) && first.cases.some(isCounted))
    .map((other) =>
      verdictLine(modelVerdict(first, other), { before: first.model, after: other.model }),
    );
}

/** The figures of all models, one a row. */
export function modelsTable(figures: readonly ModelFigures[]): TableBlock {
  const columns = COLUMNS.map((name, column) =>
    column === 0 ? { name } : ({ name, align: "right" } as const),
  );
  return { kind: "table", columns, rows: figures.map(cellsOf) };
}

/** A model's line of the table. */
function cellsOf(figures: ModelFigures): readonly string[] {
  const { model, count, lower, inputTokens, outputTokens, latenciesMs } = figures;
  if (count.runs === 0) return [model, figures.states.stale > 0 ? "stale" : "not recorded"];
  const ms = (share: number) => {
    const value = quantile(latenciesMs, share);
    return value === undefined ? "-" : msText(value);
  };
  return [
    model,
    `${grouped(count.passed)} of ${grouped(count.runs)}`,
    percent(lower ?? 0, "at-least"),
    usdText(figures, 1),
    usdText(figures, count.runs),
    ms(0.5),
    ms(0.95),
    grouped(inputTokens),
    grouped(outputTokens),
  ];
}

/** Money with digits that count; what a script answered has no price. */
function usdText({ usd, scripted, latenciesMs }: ModelFigures, runs: number): string {
  if (scripted > 0 && latenciesMs.length === 0) return "script";
  if (usd === undefined) return "unknown";
  const each = usd / runs;
  return each > 0 && each < 0.01 ? `$${Number(each.toPrecision(2))}` : `$${each.toFixed(2)}`;
}

function failureLines({ model, cases }: ModelRun): readonly string[] {
  return cases.flatMap(({ name, state, failures }) => {
    if (state !== "failed" && state !== "stale") return [];
    const [first = "", ...rest] = failures
      .map(({ message }) => message)
      .join("\n")
      .split("\n");
    return [`${model}: ${name}`, `  ${first}`, ...rest.map((line) => `  ${line}`), ""];
  });
}

/** Which tools touched the world, which nobody undoes. */
function performedLines({ model, cases }: ModelRun): readonly string[] {
  return cases
    .filter(({ performed }) => performed.length > 0)
    .map(({ name, performed }) => `${model}: ${name}: ran ${performedText(performed)}, for real`);
}

/** Why cases could not be recorded, each reason once. */
function reasonLines({ model, cases }: ModelRun): readonly string[] {
  const failures = cases.flatMap((one) => (one.state === "unrecorded" ? one.failures : []));
  const reasons = new Set(failures.flatMap(({ reason }) => reason ?? []));
  return [...reasons].map((reason) => `${model}: not recorded: ${reason}`);
}

/** What judges say of a model's answers, which counts as passed or failed only once calibrated. */
export function judgeLines({ model, judged, advisory }: ModelFigures): readonly string[] {
  if (judged.runs === 0) return [];
  const why = advisory.length === 0 ? "" : `, which is advisory: ${advisory.join("; ")}`;
  const count = `${grouped(judged.passed)} of ${counted(judged.runs, "answer")}`;
  return [`${model}: judges pass ${count}${why}`];
}

function noteLines(figures: ModelFigures, recording: (model: string) => string): readonly string[] {
  const { model, states, scripted, judgeUsd } = figures;
  const { unrecorded, stale, incompatible } = states;
  const judges = judgeUsd === undefined || judgeUsd > 0;
  return [
    ...(unrecorded > 0 ? [`${model}: ${counted(unrecorded, "case")} not recorded`] : []),
    ...(stale > 0 ? [`${model}: ${counted(stale, "case")} stale`] : []),
    ...(unrecorded + stale > 0 ? [`Try: ${recording(model)}`] : []),
    ...(incompatible > 0
      ? [`${model}: ${counted(incompatible, "case")} whose compatible_models exclude it`]
      : []),
    ...(scripted > 0 ? [`${model}: ${counted(scripted, "answer")} from a script`] : []),
    ...judgeLines(figures),
    ...(judges
      ? [
          `${model}: judges took ${judgeUsd === undefined ? "an unknown price" : formatUsd(judgeUsd)} beside`,
        ]
      : []),
  ];
}
