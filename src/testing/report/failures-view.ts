import { type Html, html } from "../../report/html.ts";
import { markedWords } from "../../report/marked-words.ts";
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
  const { before, after } = markedWords(expected, actual);
  return html`<div class="pair diff">
<section><h3>Expected</h3><pre>${before}</pre></section>
<section><h3>Actual</h3><pre>${after}</pre></section>
</div>`;
}
