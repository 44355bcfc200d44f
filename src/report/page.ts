import { grouped } from "../words/counted.ts";
import { type Html, html } from "./html.ts";
import { markedWords } from "./marked-words.ts";
import { pageFrame } from "./page-frame.ts";
import { plotFigure } from "./plots/plot-figure.ts";
import type {
  Block,
  CaseGroup,
  CasesBlock,
  Report,
  ReportCase,
  Section,
  TableBlock,
  TextDifference,
} from "./report.ts";
import { cellsOf } from "./table-lines.ts";
import { moreText } from "./text-limits.ts";

/**
 * A report as one page of HTML that needs nothing else: no script, no font, no picture from elsewhere.
 * It is light or dark as the reader's system is. Nothing that a text says is markup.
 */
export function pageOf(report: Report): string {
  const { title, headline, tone = "", statement, sections } = report;
  const body = html`<main>
<header>
${headline !== "" && html`<p class="headline ${tone}">${headline}</p>\n`}<h1>${title}</h1>
${statement !== undefined && html`<p class="prose">${statement}</p>\n`}</header>
${sections.map(sectionView)}</main>`;
  return pageFrame({ title: headline === "" ? title : `${title}: ${headline}`, body });
}

/** A section of a report; pages that are more than a report place it where they want it. */
export function sectionView({ title, blocks }: Section): Html {
  return html`<section>
${title !== undefined && html`<h2>${title}</h2>\n`}${runsOf(blocks).map(
  (run) => html`${run.isPlots ? html`<div class="plots">${run.views}</div>` : run.views}\n`,
)}</section>
`;
}

interface Run {
  readonly isPlots: boolean;
  readonly views: Html[];
}

/** Plots that follow each other stand beside each other where there is room. */
function runsOf(blocks: readonly Block[]): readonly Run[] {
  const runs: Run[] = [];
  for (const block of blocks) {
    const isPlots = block.kind === "plot";
    const last = runs.at(-1);
    if (last && isPlots && last.isPlots) last.views.push(blockView(block));
    else runs.push({ isPlots, views: [blockView(block)] });
  }
  return runs;
}

function blockView(block: Block): Html {
  switch (block.kind) {
    case "lines":
      if (block.lines.length === 0) return html``;
      return html`<ul class="lines">${block.lines.map((line) => html`<li>${line}</li>\n`)}</ul>`;
    case "facts":
      return html`<dl class="facts">${block.rows.map(({ name, value }) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`;
    case "table":
      return tableView(block);
    case "plot":
      return plotFigure(block.plot);
    case "cases":
      return casesView(block);
    case "code":
      return html`<pre>\n${block.text}</pre>`;
    case "text":
      return html`<p class="prose">${block.text}</p>`;
  }
}

function tableView(table: TableBlock): Html {
  const { caption, columns } = table;
  const kinds = columns.map(({ align }) => align === "right" && html` class="number"`);
  return html`<div class="wide"><table>
${caption !== undefined && html`<caption>${caption}</caption>\n`}<thead><tr>${columns.map(({ name }, column) => html`<th scope="col"${kinds[column]}>${name}</th>`)}</tr></thead>
<tbody>${cellsOf(table).map((row) => html`<tr>${row.map((cell, column) => html`<td${kinds[column]}>${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>`;
}

function casesView({ groups }: CasesBlock): Html {
  const isMarked = groups.some(({ cases }) =>
    cases.some(({ differences = [] }) => differences.length > 0),
  );
  return html`${isMarked && html`<p class="note">Struck out is what only the first text says, underlined what only the second says.</p>\n`}${groups.map(groupView)}`;
}

/** A group that opens to its cases; the first is open. */
function groupView({ name, total, cases }: CaseGroup, index: number): Html {
  const left = total - cases.length;
  return html`<details class="group"${index === 0 && html` open`}><summary><b>${grouped(total)}</b> × ${name}</summary>
${cases.map(caseView)}${left > 0 && html`<p class="case note">${moreText(left, "case")}</p>`}</details>
`;
}

function caseView({ title, parts, differences = [] }: ReportCase): Html {
  return html`<div class="case"><h3>${title}</h3>
<dl class="facts">${parts.map(({ name, text }) => html`<dt>${name}</dt><dd class="value">${text}</dd>\n`)}${differences.map(differenceView)}</dl></div>
`;
}

function differenceView({ name, before, after }: TextDifference): Html {
  const words = markedWords(before, after);
  return html`<dt>${name}</dt><dd><div class="value">${words.before}</div><div class="value">${words.after}</div></dd>\n`;
}
