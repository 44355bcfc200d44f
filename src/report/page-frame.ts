import { createHash } from "node:crypto";
import { Html, html } from "./html.ts";
import { PAGE_STYLE } from "./page-style.ts";

/** Filters cards by their state and words, and opens all at once. */
const FILTER_SCRIPT = `
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

/** What a page may do, whatever it shows: have its one style, run its one script, and load nothing. */
function policyOf(script: string | undefined): string {
  return [
    "default-src 'none'",
    `style-src ${hashOf(PAGE_STYLE)}`,
    ...(script === undefined ? [] : [`script-src ${hashOf(script)}`]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

interface Page {
  readonly title: string;
  readonly body: Html;
  /** Whether its cards can be filtered, which takes a script; see {@link filterBar}. */
  readonly hasFilters?: boolean;
}

/** A whole page of HTML that needs nothing else: light or dark, wide or narrow. */
export function pageFrame({ title, body, hasFilters = false }: Page): string {
  const script = hasFilters ? FILTER_SCRIPT : undefined;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(PAGE_STYLE)}</style>
</head>
<body>
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
