import { type Html, html } from "../../html/html.ts";
import { totalTokens } from "../../model/usage.ts";
import type { RunTrace } from "./case-trace.ts";
import type { RecordedEntry, RecordedExchange, Said } from "./recorded-entry.ts";
import { jsonText } from "./said.ts";

/** What the cassette holds, in the order in which it was recorded. */
export function entriesView(
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
  return html`<details class="entry exchange"><summary><b>exchange</b> <span class="call">${call}</span> <span class="badges"><span class="badge">${model}</span>${source === "script" && html`<span class="badge">script</span>`}${sample > 1 && html`<span class="badge">run ${sample}</span>`}${!asked && html`<span class="badge bad">not asked for</span>`}</span><span class="time">${costText(exchange)}</span></summary>
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
