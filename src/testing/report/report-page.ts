import { createHash } from "node:crypto";
import { sumLedgers } from "../../cassette/sum-ledgers.ts";
import { Html, html } from "../../html/html.ts";
import { summaryLines } from "../vitest/summary.ts";
import { PAGE_SCRIPT } from "./page-script.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { REPORT_STATES, type ReportData, type ReportTest } from "./report-data.ts";
import { testCard } from "./test-card.ts";

/** The page may run this script and load nothing, whatever it shows. */
const POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${createHash("sha256").update(PAGE_SCRIPT).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** The report of a run as an HTML page. */
export function reportPage(data: ReportData): string {
  const { project, ended, tests } = data;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${project}: ${verdict(tests)}</title>
<style>${new Html(PAGE_STYLE)}</style>
</head>
<body>
<header>
<h1><span class="mark ${hasFailed(tests) ? "failed" : "passed"}"></span>${project}</h1>
<p class="when">llm-do test, ended ${ended}</p>
${figures(tests)}
</header>
${filters(tests)}
<main>
${byFile(tests).map(([file, own]) => fileSection(file, own))}
<p class="nothing" hidden>No test fits.</p>
</main>
<script>${new Html(PAGE_SCRIPT)}</script>
</body>
</html>
`;
  return page.markup;
}

function hasFailed(tests: readonly ReportTest[]): boolean {
  return tests.some(({ state }) => state === "failed");
}

function verdict(tests: readonly ReportTest[]): string {
  const failed = tests.filter(({ state }) => state === "failed").length;
  return failed === 0 ? "all passed" : `${failed} failed`;
}

function figures(tests: readonly ReportTest[]): Html {
  const ledger = sumLedgers(tests.flatMap((test) => test.case?.ledger ?? []));
  const lines = ledger ? summaryLines(ledger) : [];
  const seconds = tests.reduce((sum, test) => sum + test.durationMs, 0) / 1000;
  return html`<dl class="figures">
<div><dt>Tests</dt><dd>${tests.length}, ${verdict(tests)}, ${seconds.toFixed(2)} s</dd></div>
${lines.map(([label, text]) => html`<div><dt>${label}</dt><dd>${text}</dd></div>\n`)}</dl>`;
}

function filters(tests: readonly ReportTest[]): Html {
  const counts = REPORT_STATES.map((state) => ({
    state,
    count: tests.filter((test) => test.state === state).length,
  }));
  return html`<nav aria-label="Filters">
<input type="search" id="search" placeholder="Part of a name or a file" aria-label="Part of a name or a file">
<div class="states" role="group" aria-label="State">
<button type="button" data-state="" aria-pressed="true">all ${tests.length}</button>
${counts.map(
  ({ state, count }) =>
    html`<button type="button" data-state="${state}" aria-pressed="false">${state} ${count}</button>\n`,
)}</div>
<button type="button" id="fold" class="quiet">open all</button>
</nav>`;
}

function byFile(tests: readonly ReportTest[]): readonly [string, readonly ReportTest[]][] {
  return [...Map.groupBy(tests, ({ file }) => file)];
}

function fileSection(file: string, tests: readonly ReportTest[]): Html {
  return html`<section>
<h2>${file}</h2>
${tests.map(testCard)}
</section>
`;
}
