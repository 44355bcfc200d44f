import { escapeHtml } from "../../../report/html.ts";
import type { DisagreementGroup } from "../run/disagreement.ts";
import { agreementPlot } from "./agreement-plot.ts";
import { beforeAfterPlot } from "./before-after-plot.ts";
import { disagreementSection } from "./disagreement-html.ts";
import type { CompareReport } from "./report.ts";
import { detailLines } from "./report-lines.ts";
import { headlineOf } from "./statement.ts";

/** The report as one page that needs nothing else: no script, no font, no picture from elsewhere. */
export function reportHtml(report: CompareReport, groups: readonly DisagreementGroup[]): string {
  const { worker, tool, agreement, statement, madeAt } = report;
  const title = `${worker.name} against ${tool}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}: ${agreement.verdict}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
<header>
<p class="verdict ${agreement.verdict}">${escapeHtml(headlineOf(report))}</p>
<h1><code>${escapeHtml(worker.file)}</code> against <code>${escapeHtml(tool)}</code></h1>
<p class="statement">${escapeHtml(statement)}</p>
</header>
<section aria-labelledby="agreement">
<h2 id="agreement">Agreement on the holdout, and the prompt's own noise</h2>
${agreementPlot(report)}
</section>
<section aria-labelledby="cost">
<h2 id="cost">Cost and latency</h2>
${beforeAfterPlot(report)}
</section>
<section aria-labelledby="details">
<h2 id="details">What stands behind it</h2>
<ul class="details">
${detailLines(report)
  .map((line) => `<li>${escapeHtml(line)}</li>`)
  .join("\n")}
</ul>
</section>
<section aria-labelledby="disagreements">
<h2 id="disagreements">Disagreements</h2>
${disagreementSection(report, groups)}
</section>
<footer>${escapeHtml(madeAt)}${worker.model === undefined ? "" : `, ${escapeHtml(worker.model)}`}</footer>
</main>
</body>
</html>
`;
}

/** The style of the report's page, in light and dark. */
const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1c2430, #e6e9ee);
  --soft: light-dark(#5b6675, #9aa5b4);
  --line: light-dark(#d5dae1, #39424e);
  --page: light-dark(#ffffff, #14181e);
  --panel: light-dark(#f5f7f9, #1c222a);
  --tool: light-dark(#1f5fbf, #7db2ff);
  --prompt: light-dark(#a3561a, #f0a868);
  --good: light-dark(#1b7a43, #62cf8f);
  --bad: light-dark(#b3261e, #ff8f86);
  --open: light-dark(#8a6100, #e8bb57);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.45rem; line-height: 1.3; margin: .4rem 0 .8rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 2.4rem 0 .8rem; padding-top: 1rem; border-top: 1px solid var(--line); }
code, pre, .value { font: .875em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.verdict { display: inline-block; margin: 0; padding: .15rem .6rem; border-radius: .35rem;
  border: 1px solid; font-weight: 600; font-size: .9rem; }
.supported { color: var(--good); } .refuted { color: var(--bad); } .inconclusive { color: var(--open); }
.statement { max-width: 48rem; margin: 0; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { fill: var(--text); font: 13px system-ui, sans-serif; }
svg .soft { fill: var(--soft); }
svg .axis { stroke: var(--line); }
.note { color: var(--soft); font-size: .9rem; }
.details { padding-left: 1.2rem; margin: 0; } .details li { margin: .25rem 0; overflow-wrap: anywhere; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 1.25rem; }
.plots figure { margin: 0; padding: .8rem 1rem; background: var(--panel); border-radius: .5rem; }
figcaption { font-size: .9rem; font-weight: 600; margin-bottom: .4rem; }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .6rem 0; background: var(--panel); }
summary { cursor: pointer; padding: .55rem .9rem; overflow-wrap: anywhere; }
summary b { font-variant-numeric: tabular-nums; }
.case { padding: .7rem .9rem; border-top: 1px solid var(--line); }
dl { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .25rem .75rem; margin: 0; }
dt { color: var(--soft); font-size: .875rem; } dd { margin: 0; }
.value { white-space: pre-wrap; overflow-wrap: anywhere; }
del { color: var(--prompt); text-decoration-thickness: 1px; }
ins { color: var(--tool); text-decoration: none; border-bottom: 2px solid; }
footer { margin-top: 2.5rem; color: var(--soft); font-size: .875rem; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; } }
`;
