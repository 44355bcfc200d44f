import { versionRisk } from "../../../statistics/version-risk.ts";
import { alignedRows } from "../../../words/aligned-rows.ts";
import { counted, grouped } from "../../../words/counted.ts";
import { confidence, percent } from "../../../words/percent.ts";
import { describeComparator } from "../../agree/comparator.ts";
import { leftOutText } from "../../recordings/recorded-call.ts";
import { costOf, type Monthly, monthlyOf } from "./scan-cost.ts";
import type { ScanFigures, ScanVerdict } from "./scan-figures.ts";
import type { Scan } from "./scan-workers.ts";

/** A scan of one worker as lines for a person. */
export function scanLines(scan: Scan, monthly?: Monthly): readonly string[] {
  const { worker, cassettes, figures, verdict } = scan;
  const lines = [`${worker.name} (${worker.file}): ${verdictWords(verdict)}`];
  if (verdict.reason !== "") lines.push(`  ${verdict.reason}`);
  const where = counted(cassettes.length, "cassette");
  lines.push(
    `  recordings: ${counted(figures.calls, "call")} of ${counted(figures.distinct, "distinct input")} in ${where}${scriptedText(figures)}`,
  );
  const leftOut = leftOutText(figures.leftOut);
  if (leftOut !== "") lines.push(`  left out: ${leftOut}`);
  if (figures.calls > 0) lines.push(...figureLines(figures));
  if (monthly) lines.push(`  a month: ${monthText(scan, monthly)}`);
  return lines;
}

/** Workers that are on record as one table, in the order that is given. */
export function scanTable(scans: readonly Scan[], monthly?: Monthly): readonly string[] {
  const head = ["worker", "calls", "inputs", "same again", "cost", "code covers", "verdict"];
  const rows = scans.map((scan) => {
    const { worker, figures, verdict } = scan;
    const { calls, distinct, selfAgreement: again, covered } = figures;
    return [
      worker.name,
      grouped(calls),
      grouped(distinct),
      again.n === 0 ? "unknown" : percent(again.agreed / again.n, "estimate"),
      dollars(figures.spent.usd, figures.spent.calls),
      percent(covered, "estimate"),
      verdictWords(verdict),
    ];
  });
  if (monthly) {
    head.splice(5, 0, "a month");
    for (const [index, row] of rows.entries()) {
      const scan = scans[index];
      row.splice(5, 0, scan ? dollars(monthlyOf(scan, monthly)?.usd, 1) : "");
    }
  }
  return alignedRows([head, ...rows], { left: [0, head.length - 1] });
}

/** A scan as one JSON object. */
export function scanJson(scan: Scan, monthly?: Monthly): string {
  const { worker, cassettes, figures, verdict } = scan;
  const { suggested, ...rest } = figures;
  const comparator = suggested && {
    ...suggested,
    comparator: describeComparator(suggested.comparator),
  };
  const month = monthly && monthlyOf(scan, monthly);
  return JSON.stringify({
    kind: "scan",
    worker,
    verdict: verdict.kind === "worth-trying" ? { kind: verdict.kind } : verdict,
    cassettes,
    ...rest,
    ...(comparator ? { suggested: comparator } : {}),
    ...(month ? { monthly: month } : {}),
  });
}

function verdictWords({ kind }: ScanVerdict): string {
  switch (kind) {
    case "worth-trying":
      return "worth trying";
    case "no-recordings":
      return "no recordings";
    case "noise":
      return "not worth trying, it is noise";
    case "no-pattern":
      return "not worth trying, there is no pattern";
    case "unknown":
      return "unknown: record two samples";
    case "too-few":
      return "too few recordings to say";
  }
}

function figureLines(figures: ScanFigures): readonly string[] {
  const { templates, suggested } = figures;
  const lines = [`  the prompt itself: ${selfAgreementText(figures)}`];
  if (suggested) {
    const { comparator, agreed, n, exactly } = suggested;
    lines.push(
      `  comparator: ${JSON.stringify(describeComparator(comparator))}, under which ${agreed} of ${n} inputs to learn from agree, and exactly ${exactly}`,
    );
  }
  return [
    ...lines,
    `  templates: ${templates.different} of ${counted(templates.n, "input")} to learn from; ${templates.seenOnce} inputs fit none of the others: expected fallback ${percent(templates.share, "estimate")}`,
    `  cost: ${costOf(figures.spent)}`,
    `  split: ${splitText(figures)}`,
  ];
}

function splitText({ train, holdout, claimAtMost }: ScanFigures): string {
  if (holdout === 0) return `${train} to learn from, none held out`;
  const least = `with ${confidence(versionRisk(1))} confidence at least ${percent(claimAtMost, "at-least")}`;
  return `${train} to learn from, ${holdout} held out; if all of those agree, ${least}`;
}

function selfAgreementText({ selfAgreement: { agreed, n } }: ScanFigures): string {
  if (n === 0) return "nothing was asked twice, so its noise is unknown";
  return `gave the same answer again for ${agreed} of ${n} inputs (${percent(agreed / n, "estimate")})`;
}

function scriptedText({ calls, scripted }: ScanFigures): string {
  if (scripted === 0) return "";
  const which = scripted === calls ? "all" : `${scripted}`;
  return `; a script stood in for the model in ${which}`;
}

function monthText(scan: Scan, monthly: Monthly): string {
  const month = monthlyOf(scan, monthly);
  if (!month) return "unknown, no model answered";
  const calls = counted(Math.round(month.calls), "call");
  if (month.usd === undefined) return `${calls}, price unknown`;
  return `${calls}, ${dollars(month.usd, 1)}, of which code would save about ${dollars(month.saved, 1)}`;
}

function dollars(usd: number | undefined, calls: number): string {
  if (calls === 0 || usd === undefined) return "unknown";
  return `$${usd < 1 ? usd.toFixed(4) : usd.toFixed(2)}`;
}
