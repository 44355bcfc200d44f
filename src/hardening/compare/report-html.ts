import { escapeHtml } from "../../html/html.ts";
import { agreementPlot } from "./agreement-plot.ts";
import { beforeAfterPlot } from "./before-after-plot.ts";
import type { DisagreementGroup } from "./disagreement.ts";
import { disagreementSection } from "./disagreement-html.ts";
import { PAGE_STYLE } from "./page-style.ts";
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
