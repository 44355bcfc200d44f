import { type Html, html } from "../../html/html.ts";
import type { AnswerChange } from "../cases/run/case-outcome.ts";
import { marked } from "./failures-view.ts";

/** What new recordings say, beside what they said before. */
export function changesView(changes: readonly AnswerChange[]): Html | undefined {
  if (changes.length === 0) return undefined;
  return html`<h3>Answers anew</h3>
${changes.map((change) => {
  const { before, after } = marked(change.before, change.after);
  return html`<p class="call">${change.call}</p>
<div class="pair diff">
<section><h4>Before</h4><pre>${before}</pre></section>
<section><h4>Now</h4><pre>${after}</pre></section>
</div>
`;
})}`;
}
