import { type Html, html } from "../../html/html.ts";
import { verdictOf } from "../judge/judgement.ts";
import { callTree } from "./call-tree.ts";
import type { CaseTrace } from "./case-trace.ts";
import { changesView } from "./changes-view.ts";
import { entriesView } from "./entries-view.ts";
import { failuresView } from "./failures-view.ts";
import type { ReportTest } from "./report-data.ts";
import { jsonText } from "./said.ts";

/** One test: a line that opens to all that is known of it. */
export function testCard(test: ReportTest): Html {
  const { name, file, state, durationMs, errors } = test;
  const { trace, changes = [] } = test.case ?? {};
  const failures = trace?.failures ?? errors.map((message) => ({ message }));
  return html`<details class="test" data-state="${state}" data-text="${`${file} ${name}`.toLowerCase()}"${state === "failed" && html` open`}>
<summary><span class="mark ${state}" role="img" aria-label="${state}"></span><span class="name">${name}</span>${badges(test)}<span class="time">${durationMs.toFixed(0)} ms</span></summary>
<div class="body">
${failures.length > 0 && failuresView(failures)}
${changesView(changes)}
${trace && traceView(trace)}
${!trace && failures.length === 0 && html`<p class="none">Nothing more is known of this test.</p>`}
</div>
</details>
`;
}

function badges({ case: report }: ReportTest): Html | undefined {
  if (!report) return undefined;
  const { mode, ledger, judgements = [] } = report;
  const { served = 0, live = 0, missed = 0, unused = 0 } = ledger?.exchanges ?? {};
  return html`<span class="badges">${mode !== "replay" && badge(mode)}${served > 0 && badge(`${served} served`)}${live > 0 && badge(`${live} live`)}${missed > 0 && badge(`${missed} missed`, "bad")}${unused > 0 && badge(`${unused} unused`, "bad")}${judgements.map((one) => badge(`judge ${one.score}`, verdictOf(one) === "fail" ? "bad" : ""))}</span>`;
}

function badge(text: string, kind = ""): Html {
  return html`<span class="badge ${kind}">${text}</span>`;
}

function traceView({ place, input, run, entries }: CaseTrace): Html {
  return html`<p class="place">${place}</p>
<div class="pair">
<section><h3>Input</h3><pre>${jsonText(input)}</pre></section>
<section><h3>Output</h3>${
    run?.output === undefined
      ? html`<p class="none">${run ? `None; exit code ${run.exitCode}.` : "The case was not run."}</p>`
      : html`<pre>${jsonText(run.output)}</pre>`
  }</section>
</div>
${run && run.warnings.length > 0 && html`<ul class="warnings">${run.warnings.map((text) => html`<li>${text}</li>`)}</ul>`}
${run && callTree(run)}
${entriesView(entries, run)}`;
}
