import { Html, html } from "../../html/html.ts";
import { PAGE_STYLE } from "../report/page-style.ts";
import { figuresOf } from "./model-figures.ts";
import { colour, costPlot, latencyPlot, type NumberedFigures } from "./models-plots.ts";
import { MODELS_STYLE } from "./models-style.ts";
import { COLUMNS, cellsOf, judgeLines, verdictLines } from "./models-text.ts";
import type { ModelCase, ModelRun } from "./run-models.ts";

/** The page loads nothing and runs nothing, whatever it shows. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export interface ModelsPage {
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
  const figures = runs.map((run, index) => ({ ...figuresOf(run), number: index + 1 }));
  const cost = costPlot(figures);
  const latency = latencyPlot(figures);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${project}: models</title>
<style>${new Html(PAGE_STYLE + MODELS_STYLE)}</style>
</head>
<body class="models">
<header>
<h1>${project}: models</h1>
<p class="when">llm-do test --models, ended ${ended}</p>
</header>
<main>
${table(figures)}
<ul class="verdicts">${[...verdictLines(runs), ...figures.flatMap(judgeLines)].map((line) => html`<li>${line}</li>`)}</ul>
<div class="plots">
${cost && html`<figure><figcaption>Share of runs that pass, against cost</figcaption>${cost}<p class="none">The line is the exact 95 % bound on each side.</p></figure>`}
${latency && html`<figure><figcaption>Latency of an answer</figcaption>${latency}</figure>`}
</div>
${matrix(runs)}
${failures(runs, harmless)}
</main>
</body>
</html>
`;
  return page.markup;
}

function badge(number: number): Html {
  return html`<span class="model m${colour(number)}">${number}</span>`;
}

function table(figures: readonly NumberedFigures[]): Html {
  return html`<div class="wide"><table>
<thead><tr>${COLUMNS.map((name) => html`<th>${name}</th>`)}</tr></thead>
<tbody>${figures.map((each) => {
    const [model = "", ...cells] = cellsOf(each);
    const isShort = cells.length === 1;
    const rest = isShort
      ? html`<td class="none" colspan="${COLUMNS.length - 1}">${cells[0]}</td>`
      : html`${cells.map((cell) => html`<td>${cell}</td>`)}`;
    return html`<tr><th scope="row">${badge(each.number)} ${model}</th>${rest}</tr>\n`;
  })}</tbody>
</table></div>`;
}

function matrix(runs: readonly ModelRun[]): Html {
  const names = [...new Set(runs.flatMap(({ cases }) => cases.map(({ name }) => name)))];
  const byModel = runs.map(({ cases }) => new Map(cases.map((each) => [each.name, each])));
  return html`<h2>Cases</h2>
<div class="wide"><table class="matrix">
<thead><tr><th>case</th>${runs.map(({ model }, index) => html`<th title="${model}">${badge(index + 1)}</th>`)}</tr></thead>
<tbody>${names.map((name) => html`<tr><th scope="row">${name}</th>${byModel.map((cases) => cell(cases.get(name)))}</tr>\n`)}</tbody>
</table></div>`;
}

function cell(one: ModelCase | undefined): Html {
  if (!one) return html`<td></td>`;
  const { state, count } = one;
  const isCounted = state === "passed" || state === "failed";
  const text = isCounted ? `${count.passed}/${count.runs}` : state;
  return html`<td class="${state}">${text}</td>`;
}

function failures(runs: readonly ModelRun[], harmless: (text: string) => string): Html | undefined {
  const failed = runs.flatMap(({ cases }, index) =>
    cases.flatMap(({ name, failures }) =>
      failures.length === 0 ? [] : [{ number: index + 1, name, failures }],
    ),
  );
  if (failed.length === 0) return undefined;
  return html`<h2>Failures</h2>
${failed.map(({ number, name, failures }) => html`<details class="test" data-state="failed"><summary>${badge(number)}<span class="name">${name}</span></summary><div class="body"><pre>${failures.map(({ message }) => harmless(message)).join("\n")}</pre></div></details>\n`)}`;
}
