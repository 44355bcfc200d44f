import { diffWordsWithSpace } from "diff";
import { escapeHtml } from "../../html/html.ts";
import type { Json } from "../../model/json.ts";
import { shortened } from "../../words/printable.ts";

/**
 * What turns one value into another, as HTML: word by word where both are texts, else whole.
 *
 * @param longest characters of each value that are compared
 */
export function valueDiff(
  left: Json | undefined,
  right: Json | undefined,
  longest: number,
): string {
  const [before, after] = [cutText(left, longest), cutText(right, longest)];
  if (typeof left !== "string" || typeof right !== "string") {
    return `${marked("del", before)} ${marked("ins", after)}`.trim();
  }
  return diffWordsWithSpace(before, after)
    .map(({ added, removed, value }) =>
      added ? marked("ins", value) : removed ? marked("del", value) : escapeHtml(value),
    )
    .join("");
}

function cutText(value: Json | undefined, longest: number): string {
  if (value === undefined) return "";
  return shortened(typeof value === "string" ? value : JSON.stringify(value), longest);
}

function marked(element: "del" | "ins", text: string): string {
  return text === "" ? "" : `<${element}>${escapeHtml(text)}</${element}>`;
}
