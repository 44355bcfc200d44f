import { diffWordsWithSpace } from "diff";
import { plainText } from "../../../functions/worker-input.ts";
import type { Json } from "../../../model/json.ts";
import { escapeHtml } from "../../../report/html.ts";
import { counted, grouped } from "../../../words/counted.ts";
import { shortened } from "../../../words/printable.ts";
import { formatPath } from "../../../yaml/path.ts";
import type { Difference } from "../../agree/differences.ts";
import type { Disagreement, DisagreementGroup } from "../run/disagreement.ts";
import type { CompareReport } from "./report.ts";

/** Groups that are shown; the rest is in the file of disagreements. */
const MOST_GROUPS = 30;

/** Cases of a group that are shown. */
const MOST_CASES = 8;

/** Characters of a value that are shown. */
const LONGEST_VALUE = 1500;

/** Characters of a value that stands on one line. */
const LONGEST_LINE = 100;

/** The disagreements by group, each with its values and what differs in them. */
export function disagreementSection(
  { disagreements }: CompareReport,
  groups: readonly DisagreementGroup[],
): string {
  const all = disagreements.holdout + disagreements.train;
  if (all === 0) return `<p class="note">There are none.</p>`;
  const summary = `${grouped(disagreements.holdout)} on held-out inputs, ${grouped(disagreements.train)} on others; all of them are in disagreements.jsonl.`;
  const left = groups.length - MOST_GROUPS;
  return [
    `<p class="note">${summary} Struck out is what the prompt said, underlined what stands there instead.</p>`,
    ...groups.slice(0, MOST_GROUPS).map(groupHtml),
    ...(left > 0 ? [`<p class="note">${counted(left, "more group")}.</p>`] : []),
  ].join("\n");
}

function groupHtml({ name, disagreements }: DisagreementGroup, index: number): string {
  const left = disagreements.length - MOST_CASES;
  const more = left > 0 ? `<p class="case note">${counted(left, "more case")}.</p>` : "";
  const cases = disagreements.slice(0, MOST_CASES).map(caseHtml).join("\n");
  return `<details${index === 0 ? " open" : ""}><summary><b>${disagreements.length}</b> &times; <code>${escapeHtml(name)}</code></summary>
${cases}
${more}</details>`;
}

function caseHtml({ input, prompt, tool, fault, differences, side }: Disagreement): string {
  const rows = [
    row(side === "holdout" ? "input, held out" : "input", valueHtml(plainText(input))),
    row("prompt", valueHtml(prompt)),
    ...(tool === undefined ? [] : [row("tool", valueHtml(tool))]),
    ...(fault ? [row("tool", `<em>${escapeHtml(fault.message)}</em>`)] : []),
    ...differences.map(differenceRow),
  ];
  return `<div class="case"><dl>${rows.join("")}</dl></div>`;
}

function differenceRow({ path, left, right }: Difference): string {
  const where = path.length === 0 ? "differs" : `at ${formatPath(path)}`;
  return row(
    escapeHtml(where),
    `<span class="value">${valueDiff(left, right, LONGEST_VALUE)}</span>`,
  );
}

function row(name: string, html: string): string {
  return `<dt>${name}</dt><dd>${html}</dd>`;
}

function valueHtml(value: Json): string {
  const line = typeof value === "string" ? value : JSON.stringify(value);
  const isShort = typeof value === "string" || line.length <= LONGEST_LINE;
  const text = isShort ? line : JSON.stringify(value, null, 2);
  return `<span class="value">${escapeHtml(shortened(text, LONGEST_VALUE))}</span>`;
}

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
