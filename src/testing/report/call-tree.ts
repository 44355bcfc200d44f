import { type Html, html } from "../../html/html.ts";
import { counted } from "../../words/counted.ts";
import type { CallRecord } from "../run/case-run.ts";
import type { RunTrace } from "./case-trace.ts";
import { jsonText } from "./said.ts";

/** Characters of an input or output on a call's own line. */
const SHORT = 100;

/** Who called whom, as nested lists. */
export function callTree({ entry, calls, answers }: RunTrace): Html {
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
