import { createHash } from "node:crypto";
import { Html, html } from "../../html/html.ts";

/** How the page looks: light or dark as the reader's system is, narrow or wide. */
const PAGE_STYLE = `
:root {
  --paper: #fbfbf9; --card: #fff; --ink: #1d1f23; --soft: #62666e; --line: #e3e3de;
  --quiet: #f2f2ee; --good: #1a7f4b; --bad: #b3261e; --link: #2754b8;
  --del: #fbdcd9; --ins: #d4f1df; --user: #eef3fd; --model: #fff; --tool: #f5f2ea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15171a; --card: #1c1f23; --ink: #e6e6e3; --soft: #9aa0a8; --line: #31353b;
    --quiet: #23272c; --good: #5fca8f; --bad: #ff8a80; --link: #8fb0ff;
    --del: #5b2521; --ins: #1d4a31; --user: #1f2a3d; --model: #1c1f23; --tool: #2a2721;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem clamp(0.75rem, 3vw, 2.5rem) 4rem; max-width: 76rem;
  background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { display: flex; align-items: center; gap: 0.6rem; margin: 0; font-size: 1.5rem; overflow-wrap: anywhere; }
h2 { margin: 1.75rem 0 0.5rem; font-size: 0.95rem; font-weight: 600; color: var(--soft); overflow-wrap: anywhere; }
h3 { margin: 1.1rem 0 0.35rem; font-size: 0.9rem; }
h4 { margin: 0.5rem 0 0.2rem; font-size: 0.78rem; font-weight: 600; color: var(--soft); }
pre, code, .place, .call { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 0.85em; }
pre { margin: 0; padding: 0.55rem 0.7rem; background: var(--quiet); border-radius: 6px;
  white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2; }
.when, .place, .none, .tools, .stop { margin: 0.15rem 0; color: var(--soft); font-size: 0.85rem; overflow-wrap: anywhere; }
.figures { display: flex; flex-wrap: wrap; gap: 0.4rem 2rem; margin: 1rem 0 0; }
.figures dt { font-size: 0.75rem; color: var(--soft); }
.figures dd { margin: 0; font-variant-numeric: tabular-nums; }
nav { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center;
  margin: 1rem 0 0; padding: 0.6rem 0; background: var(--paper); border-bottom: 1px solid var(--line); }
nav input { flex: 1 1 14rem; min-width: 0; }
nav input, nav button { font: inherit; font-size: 0.9rem; color: inherit; padding: 0.35rem 0.7rem;
  background: var(--card); border: 1px solid var(--line); border-radius: 6px; }
nav button { cursor: pointer; }
nav button[aria-pressed="true"] { background: var(--ink); color: var(--paper); border-color: var(--ink); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
.states { display: flex; flex-wrap: wrap; gap: 0.3rem; }
.test { margin: 0.4rem 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.test[data-state="failed"] { border-left: 3px solid var(--bad); }
summary { cursor: pointer; }
.test > summary { display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem 0.6rem; padding: 0.55rem 0.8rem; list-style: none; }
.test > summary::-webkit-details-marker { display: none; }
.name { flex: 1 1 auto; min-width: 0; max-width: 100%; overflow-wrap: anywhere; }
.test > .body { padding: 0 0.8rem 0.9rem; border-top: 1px solid var(--line); }
.test > .body > :first-child { margin-top: 0.7rem; }
.mark { flex: none; width: 1.15em; height: 1.15em; border-radius: 50%; color: var(--card); font-size: 0.85em; line-height: 1.15em; text-align: center; font-weight: 700; }
.mark.passed { background: var(--good); } .mark.passed::before { content: "✓"; }
.mark.failed { background: var(--bad); } .mark.failed::before { content: "×"; }
.mark.skipped { background: var(--soft); } .mark.skipped::before { content: "–"; }
.time { color: var(--soft); font-size: 0.8rem; font-variant-numeric: tabular-nums; margin-left: auto; }
.badges { display: inline-flex; flex-wrap: wrap; gap: 0.3rem; }
.badge { padding: 0 0.45rem; border: 1px solid var(--line); border-radius: 999px; color: var(--soft); font-size: 0.75rem; overflow-wrap: anywhere; }
.badge.bad { color: var(--bad); border-color: currentColor; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 0 1rem; }
.pair > section { min-width: 0; }
.failures { margin: 0.7rem 0 0; padding: 0; list-style: none; }
.failures .message { border-left: 3px solid var(--bad); border-radius: 0 6px 6px 0; }
.failures li + li { margin-top: 0.6rem; }
del { background: var(--del); text-decoration: none; border-radius: 3px; }
ins { background: var(--ins); text-decoration: none; border-radius: 3px; }
.tree, .tree ul { margin: 0; padding-left: 1.1rem; list-style: none; border-left: 1px solid var(--line); }
.tree { padding-left: 0; border: 0; }
.tree li { margin: 0.15rem 0; min-width: 0; }
.tree summary { overflow-wrap: anywhere; }
.tree code { color: var(--soft); margin: 0 0.5rem; }
.tree .badge { margin-left: 0.4rem; font-family: system-ui, sans-serif; }
.gives::before { content: "→ "; color: var(--soft); }
.call.failed .gives { color: var(--bad); }
.entries { margin: 0; padding-left: 1.6rem; }
.entries > li { margin: 0.25rem 0; }
.entries > li::marker { color: var(--soft); font-size: 0.8rem; }
.entry > summary { overflow-wrap: anywhere; }
.entry .time { margin-left: 0.5rem; }
.said { margin: 0.4rem 0; }
.said pre { background: var(--quiet); }
.said.user pre { background: var(--user); }
.said.model { margin-left: clamp(0rem, 4vw, 2.5rem); }
.said.model pre { background: var(--model); border: 1px solid var(--line); }
.said.tool pre { background: var(--tool); }
.said.thinking pre { font-style: italic; color: var(--soft); }
.said.error pre, pre.bad { color: var(--bad); }
.warnings { color: var(--soft); padding-left: 1.2rem; }
[hidden] { display: none !important; }
@media (max-width: 34rem) { .test > summary .time { margin-left: 0; } .name { flex-basis: 80%; } }
@media print { nav { display: none; } }
`;

/** What the page does: filters, and opening all tests at once. */
const PAGE_SCRIPT = `
"use strict";
const tests = [...document.querySelectorAll(".test")];
const sections = [...document.querySelectorAll("main > section")];
const buttons = [...document.querySelectorAll("[data-state][aria-pressed]")];
const search = document.getElementById("search");
const fold = document.getElementById("fold");
const nothing = document.querySelector(".nothing");
let state = "";
function apply() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  for (const test of tests) {
    const fits = words.every((word) => test.dataset.text.includes(word));
    test.hidden = !fits || (state !== "" && test.dataset.state !== state);
  }
  for (const section of sections) section.hidden = !section.querySelector(".test:not([hidden])");
  nothing.hidden = tests.some((test) => !test.hidden);
}
for (const button of buttons) {
  button.addEventListener("click", () => {
    state = button.dataset.state;
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    apply();
  });
}
search.addEventListener("input", apply);
fold.addEventListener("click", () => {
  const open = fold.textContent === "open all";
  for (const test of tests) if (!test.hidden) test.open = open;
  fold.textContent = open ? "close all" : "open all";
});
`;

/** What a page may do, whatever it shows: run its one script, and load nothing. */
function policyOf(script: string | undefined): string {
  const run =
    script && `script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`;
  return [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    ...(run ? [run] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** A whole page that needs nothing else, around what it shows. */
export function pageFrame({
  title,
  body,
  kind,
}: {
  readonly title: string;
  readonly body: Html;
  /** A page of another kind has a style of its own beside the common one, and no script. */
  readonly kind?: { readonly name: string; readonly style: string };
}): string {
  const script = kind ? undefined : PAGE_SCRIPT;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(PAGE_STYLE + (kind?.style ?? ""))}</style>
</head>
<body${kind && html` class="${kind.name}"`}>
${body}
${
  script !== undefined &&
  html`<script>${new Html(script)}</script>
`
}</body>
</html>
`;
  return page.markup;
}

/** One kind of what a page shows, with the button that shows it alone. */
interface PageFilter {
  /** As the cards have it. */
  readonly state: string;
  readonly text: string;
}

/** The bar above the cards of a page, which its script works with. */
export function filterBar(all: number, filters: readonly PageFilter[]): Html {
  return html`<nav aria-label="Filters">
<input type="search" id="search" placeholder="Part of a name or a file" aria-label="Part of a name or a file">
<div class="states" role="group" aria-label="State">
<button type="button" data-state="" aria-pressed="true">all ${all}</button>
${filters.map(
  ({ state, text }) =>
    html`<button type="button" data-state="${state}" aria-pressed="false">${text}</button>\n`,
)}</div>
<button type="button" id="fold" class="quiet">open all</button>
</nav>`;
}
