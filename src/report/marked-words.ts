import { diffWordsWithSpace } from "diff";
import { type Html, html } from "./html.ts";

/** Longer texts are shown without marks: comparing their words would take seconds. */
const LONGEST_COMPARED = 20_000;

/** Two texts for a page, each with the words marked that only it has. */
export function markedWords(
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
