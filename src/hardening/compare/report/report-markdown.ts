import type { Json } from "../../../model/json.ts";
import { percent } from "../../../words/percent.ts";
import { printable, shortened } from "../../../words/printable.ts";
import type { DisagreementGroup } from "../run/disagreement.ts";
import type { CompareReport } from "./report.ts";
import { detailLines } from "./report-lines.ts";
import { headlineOf } from "./statement.ts";

/** Groups that are shown; the rest is in the file of disagreements. */
const MOST_GROUPS = 30;

/** Characters of a value in a table. */
const LONGEST_VALUE = 80;

/** The report as Markdown. */
export function reportMarkdown(
  report: CompareReport,
  groups: readonly DisagreementGroup[],
): string {
  const { worker, tool, agreement, statement, hashes, madeAt } = report;
  const { n, agreed, lower, upper, claim, verdict } = agreement;
  return [
    `# ${code(worker.file)} against ${code(tool)}`,
    `**${headlineOf(report)}**`,
    escapedMarkdown(statement),
    table(
      ["held-out inputs", "agreed", "at least", "at most", "claim", "verdict"],
      [
        [
          String(n),
          String(agreed),
          percent(lower, "at-least"),
          percent(upper, "at-most"),
          percent(claim, "given"),
          verdict,
        ],
      ],
    ),
    "## What stands behind it",
    detailLines(report)
      .map((line) => `- ${escapedMarkdown(line)}`)
      .join("\n"),
    ...disagreementPart(groups),
    "## What it is about",
    table(
      ["hash of", "SHA-256"],
      Object.entries(hashes).map(([name, value]) => [name, code(value)]),
    ),
    `Made at ${madeAt}.`,
  ]
    .join("\n\n")
    .concat("\n");
}

function disagreementPart(groups: readonly DisagreementGroup[]): readonly string[] {
  if (groups.length === 0) return [];
  const rows = groups.slice(0, MOST_GROUPS).map(({ name, disagreements }) => {
    const [first] = disagreements;
    const answer = first?.tool ?? first?.fault?.message;
    return [
      String(disagreements.length),
      code(name),
      cell(first?.input),
      cell(first?.prompt),
      cell(answer),
    ];
  });
  return [
    "## Disagreements",
    "By what they have in common, each with its first case; all are in `disagreements.jsonl`.",
    table(["inputs", "where", "input", "prompt", "tool"], rows),
  ];
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

function cell(value: Json | undefined): string {
  if (value === undefined) return "";
  return code(shortened(typeof value === "string" ? value : JSON.stringify(value), LONGEST_VALUE));
}

/** Code on one line and in one cell, whatever it holds. */
function code(text: string): string {
  const line = printable(text).replaceAll("|", "\\|");
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const isTight = longest === 0 && line.trim() !== "";
  return isTight ? fence + line + fence : `${fence} ${line} ${fence}`;
}

/** Text in which nothing is markup. */
function escapedMarkdown(text: string): string {
  return printable(text).replace(/[\\`*_[\]<>&#|]/g, (character) => `\\${character}`);
}
