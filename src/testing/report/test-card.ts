import { totalTokens } from "../../model/usage.ts";
import { type Html, html } from "../../report/html.ts";
import { markedWords } from "../../report/marked-words.ts";
import { counted } from "../../words/counted.ts";
import { verdictOf } from "../cases/check/judgement.ts";
import type { AnswerChange } from "../cases/run/case-outcome.ts";
import type { CallRecord } from "../run/case-run.ts";
import type { Failure } from "../run/failure.ts";
import type { CaseTrace, RunTrace } from "./case-trace.ts";
import {
  jsonText,
  type RecordedEntry,
  type RecordedExchange,
  type Said,
} from "./recorded-entry.ts";
import type { ReportTest } from "./report-data.ts";

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

/** What failed, each with its two texts where it is about one. */
function failuresView(failures: readonly Pick<Failure, "message" | "actual" | "expected">[]): Html {
  return html`<ul class="failures">${failures.map(
    ({ message, actual, expected }) =>
      html`<li><pre class="message">${message}</pre>${
        actual !== undefined && expected !== undefined && twoTexts(expected, actual)
      }</li>\n`,
  )}</ul>`;
}

function twoTexts(expected: string, actual: string): Html {
  const { before, after } = markedWords(expected, actual);
  return html`<div class="pair diff">
<section><h3>Expected</h3><pre>${before}</pre></section>
<section><h3>Actual</h3><pre>${after}</pre></section>
</div>`;
}

function badges({ case: report }: ReportTest): Html | undefined {
  if (!report) return undefined;
  const { mode, summary, judgements = [] } = report;
  const { served = 0, live = 0, missed = 0, unused = 0 } = summary?.exchanges ?? {};
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

/** Characters of an input or output on a call's own line. */
const SHORT = 100;

/** Who called whom, as nested lists. */
function callTree({ entry, calls, answers }: RunTrace): Html {
  const byCaller = Map.groupBy(calls, ({ caller }) => caller);
  return html`<h3>Calls</h3>
<ul class="tree"><li><span class="call"><b>${entry}</b>${answerCount(answers[entry])}</span>${children(entry, { byCaller, answers })}</li></ul>`;
}

interface Branches {
  readonly byCaller: ReadonlyMap<string, readonly CallRecord[]>;
  readonly answers: RunTrace["answers"];
}

function children(caller: string, branches: Branches): Html | undefined {
  const calls = branches.byCaller.get(caller) ?? [];
  if (calls.length === 0) return undefined;
  return html`<ul>${calls.map((call) => node(call, branches))}</ul>`;
}

function node(call: CallRecord, branches: Branches): Html {
  const { id, function: name, input, output, isError } = call;
  const state = isError ? "failed" : "";
  return html`<li><details class="call ${state}"><summary><b>${name}</b>${answerCount(branches.answers[id])}<code>${short(input)}</code><span class="gives">${output === undefined ? "did not end" : short(output)}</span></summary>
<div class="pair"><section><h4>Input</h4><pre>${jsonText(input)}</pre></section><section><h4>${isError ? "Error" : "Output"}</h4><pre>${output === undefined ? "" : jsonText(output)}</pre></section></div></details>${id !== "" && children(id, branches)}</li>`;
}

function answerCount(count: number | undefined): Html | undefined {
  if (count === undefined) return undefined;
  return html`<span class="badge">${counted(count, "answer")}</span>`;
}

function short(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const line = text.replace(/\s+/g, " ");
  return line.length > SHORT ? `${line.slice(0, SHORT)}…` : line;
}

/** What new recordings say, beside what they said before. */
function changesView(changes: readonly AnswerChange[]): Html | undefined {
  if (changes.length === 0) return undefined;
  return html`<h3>Answers anew</h3>
${changes.map((change) => {
  const { before, after } = markedWords(change.before, change.after);
  return html`<p class="call">${change.call}</p>
<div class="pair diff">
<section><h4>Before</h4><pre>${before}</pre></section>
<section><h4>Now</h4><pre>${after}</pre></section>
</div>
`;
})}`;
}

/** What the cassette holds, in the order in which it was recorded. */
function entriesView(
  entries: readonly RecordedEntry[],
  run: RunTrace | undefined,
): Html | undefined {
  if (entries.length === 0) return undefined;
  const seen = new Map<string, number>();
  return html`<h3>Recording</h3>
<ol class="entries">${entries.map((entry) => html`<li>${entryView(entry, isAsked(entry, run, seen))}</li>\n`)}</ol>`;
}

/** Whether the run asked for an exchange: each call asks for its own in their order. */
function isAsked(
  entry: RecordedEntry,
  run: RunTrace | undefined,
  seen: Map<string, number>,
): boolean {
  if (entry.kind !== "exchange" || !run || entry.sample > 1) return true;
  const number = (seen.get(entry.call) ?? 0) + 1;
  seen.set(entry.call, number);
  return number <= (run.answers[entry.call] ?? 0);
}

function entryView(entry: RecordedEntry, asked: boolean): Html {
  switch (entry.kind) {
    case "exchange":
      return exchangeView(entry, asked);
    case "effect": {
      const { name, call, input, output, error } = entry;
      return html`<details class="entry"><summary><b>effect</b> <span class="call">${call}</span> <span class="badge">${name}</span></summary>
${input !== undefined && html`<h4>Input</h4><pre>${jsonText(input)}</pre>`}
${error === undefined ? html`<h4>Output</h4><pre>${jsonText(output ?? null)}</pre>` : html`<h4>Error</h4><pre class="bad">${error}</pre>`}</details>`;
    }
    case "decision": {
      const { tool, call, input, allowed, by, reason } = entry;
      return html`<details class="entry"><summary><b>decision</b> <span class="call">${call}</span> <span class="badge ${allowed ? "" : "bad"}">${tool} ${allowed ? "allowed" : "denied"} by ${by}</span></summary>
${input !== undefined && html`<h4>Input</h4><pre>${jsonText(input)}</pre>`}
${reason !== undefined && html`<h4>Reason</h4><pre>${reason}</pre>`}</details>`;
    }
  }
}

function exchangeView(exchange: RecordedExchange, asked: boolean): Html {
  const { call, model, source, system, tools, stop, sample } = exchange;
  return html`<details class="entry exchange"><summary><b>exchange</b> <span class="call">${call}</span> <span class="badges"><span class="badge">${model}</span>${source !== "live" && html`<span class="badge">${source}</span>`}${sample > 1 && html`<span class="badge">run ${sample}</span>`}${!asked && html`<span class="badge bad">not asked for</span>`}</span><span class="time">${costText(exchange)}</span></summary>
${system !== undefined && html`<details class="said system"><summary>Instructions</summary><pre>${system}</pre></details>`}
${tools.length > 0 && html`<p class="tools">May call ${tools.join(", ")}</p>`}
${exchange.asked.map(saidView)}
${exchange.answered.map(saidView)}
<p class="stop">stop: ${stop}, key ${exchange.key}</p></details>`;
}

function costText({ usage, usd, firstMs, totalMs }: RecordedExchange): string {
  const money = usd === undefined ? "" : `, $${usd.toFixed(4)}`;
  return `${totalTokens(usage)} tokens${money}, ${firstMs.toFixed(0)}/${totalMs.toFixed(0)} ms`;
}

function saidView({ by, as, name, text, id }: Said): Html {
  const heading = as === "text" ? by : [as, name, id && `(${id})`].filter(Boolean).join(" ");
  return html`<div class="said ${by} ${as}"><h4>${heading}</h4><pre>${text}</pre></div>`;
}
