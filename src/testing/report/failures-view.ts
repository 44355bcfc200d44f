import { diffWordsWithSpace } from "diff";
import { type Html, html } from "../../html/html.ts";
import type { Failure } from "../run/failure.ts";

/** What failed, each with its two texts where it is about one. */
export function failuresView(
  failures: readonly Pick<Failure, "message" | "actual" | "expected">[],
): Html {
  return html`<ul class="failures">${failures.map(
    ({ message, actual, expected }) =>
      html`<li><pre class="message">${message}</pre>${
        actual !== undefined && expected !== undefined && twoTexts(expected, actual)
      }</li>\n`,
  )}</ul>`;
}

function twoTexts(expected: string, actual: string): Html {
  const { before, after } = marked(expected, actual);
  return html`<div class="pair diff">
<section><h3>Expected</h3><pre>${before}</pre></section>
<section><h3>Actual</h3><pre>${after}</pre></section>
</div>`;
}

/** Longer texts are shown without marks: comparing their words would take seconds. */
const LONGEST_COMPARED = 20_000;

/** Two texts with what only one of them has marked in it. */
export function marked(
  left: string,
  right: string,
): { readonly before: Html; readonly after: Html } {
  if (left.length + right.length > LONGEST_COMPARED) {
    return { before: html`${left}`, after: html`${right}` };
  }
  const changes = diffWordsWithSpace(left, right);
  const before = changes.flatMap(({ added, removed, value }) =>
    added ? [] : [removed ? html`<del>${value}</del>` : value],
  );
  const after = changes.flatMap(({ added, removed, value }) =>
    removed ? [] : [added ? html`<ins>${value}</ins>` : value],
  );
  return { before: html`${before}`, after: html`${after}` };
}
