import { type Html, html } from "../../html/html.ts";
import { pageFrame } from "../report/page-frame.ts";
import { figuresOf } from "./model-figures.ts";
import { colour, costPlot, latencyPlot, type NumberedFigures } from "./models-plots.ts";
import { COLUMNS, cellsOf, judgeLines, verdictLines } from "./models-text.ts";
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
  const figures = runs.map((run, index) => ({ ...figuresOf(run), number: index + 1 }));
  const cost = costPlot(figures);
  const latency = latencyPlot(figures);
  const body = html`<header>
<h1>${project}: models</h1>
<p class="when">llm-do test --models, ended ${ended}</p>
</header>
<main>
${modelsTable(figures)}
<ul class="verdicts">${[...verdictLines(runs), ...figures.flatMap(judgeLines)].map((line) => html`<li>${line}</li>`)}</ul>
<div class="plots">
${cost && html`<figure><figcaption>Share of runs that pass, against cost</figcaption>${cost}<p class="none">The line is the exact 95 % bound on each side.</p></figure>`}
${latency && html`<figure><figcaption>Latency of an answer</figcaption>${latency}</figure>`}
</div>
${matrix(runs)}
${failures(runs, harmless)}
</main>`;
  return pageFrame({
    title: `${project}: models`,
    body,
    kind: { name: "models", style: MODELS_STYLE },
  });
}

function badge(number: number): Html {
  return html`<span class="model m${colour(number)}">${number}</span>`;
}

function modelsTable(figures: readonly NumberedFigures[]): Html {
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

/** The style of the page about models, beside that of all reports. */
const MODELS_STYLE = `
:root { --c1: #2754b8; --c2: #b4540a; --c3: #1a7f4b; --c4: #8b3fa8; --c5: #b3261e; --c6: #0e7c86; --c7: #7a6a00; --c8: #5b6470; }
@media (prefers-color-scheme: dark) {
  :root { --c1: #8fb0ff; --c2: #f2a65a; --c3: #5fca8f; --c4: #d59bf0; --c5: #ff8a80; --c6: #5fd0da; --c7: #d9c54a; --c8: #b3bac4; }
}
${[1, 2, 3, 4, 5, 6, 7, 8].map((number) => `.m${number} { --own: var(--c${number}); }`).join("\n")}
.models main { margin-top: 1.2rem; }
.wide { overflow-x: auto; }
.models table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.models th, .models td { padding: 0.35rem 0.8rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
.models thead th { font-size: 0.78rem; font-weight: 600; color: var(--soft); }
.models th:first-child { text-align: left; font-weight: 600; padding-left: 0; }
.matrix th:first-child { font-weight: 400; }
.matrix thead th { text-align: center; }
.matrix td { text-align: center; }
.models td.none { text-align: left; }
.matrix .failed { color: var(--bad); font-weight: 600; }
.matrix .passed { color: var(--good); }
.matrix .unrecorded, .matrix .stale, .matrix .incompatible { color: var(--soft); font-size: 0.85em; }
.model { display: inline-block; min-width: 1.5em; padding: 0 0.3em; border-radius: 0.75em; background: var(--own); color: var(--card);
  font-size: 0.85em; font-weight: 700; line-height: 1.5em; text-align: center; }
.verdicts { margin: 1rem 0; padding-left: 1.1rem; overflow-wrap: anywhere; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 1rem; align-items: start; }
.plots figure { margin: 0; padding: 0.8rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.plots figcaption { margin-bottom: 0.5rem; font-size: 0.9rem; font-weight: 600; }
.plots svg { display: block; width: 100%; height: auto; }
.plots text { font: 13px system-ui, sans-serif; fill: var(--ink); }
.plots .soft { fill: var(--soft); }
.plots .axis { stroke: var(--line); }
.plots circle { fill: var(--own); stroke: var(--card); stroke-width: 1.5; }
.plots .number { fill: var(--card); font-weight: 700; }
.plots .range { stroke: var(--own); stroke-width: 2; opacity: 0.6; }
.plots .spread { fill: var(--own); opacity: 0.25; }
.plots .stroke { stroke: var(--own); stroke-width: 1.5; opacity: 0.75; }
`;
