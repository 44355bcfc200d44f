import type { Block, FactsBlock, Report, TableColumn } from "../../../report/report.ts";
import { versionRisk } from "../../../statistics/version-risk.ts";
import { counted, grouped } from "../../../words/counted.ts";
import { confidence, percent } from "../../../words/percent.ts";
import { describeComparator } from "../../agree/comparator.ts";
import { leftOutText } from "../../recordings/recorded-call.ts";
import { costOf, type Monthly, monthlyOf } from "./scan-cost.ts";
import type { ScanFigures, ScanVerdict } from "./scan-figures.ts";
import type { Scan } from "./scan-workers.ts";

/** A scan of one worker. */
export function scanReport(scan: Scan, monthly?: Monthly): Report {
  const { worker, figures, verdict } = scan;
  const rows = [...factsOf(scan), ...(figures.calls > 0 ? figureRows(figures) : [])];
  if (monthly) rows.push({ name: "a month", value: monthText(scan, monthly) });
  return {
    title: `${worker.name} (${worker.file})`,
    headline: verdictWords(verdict),
    ...(verdict.reason === "" ? {} : { statement: verdict.reason }),
    sections: [{ blocks: [{ kind: "facts", rows }] }],
  };
}

type Row = FactsBlock["rows"][number];

function factsOf({ cassettes, figures }: Scan): Row[] {
  const where = counted(cassettes.length, "cassette");
  const value = `${counted(figures.calls, "call")} of ${counted(figures.distinct, "distinct input")} in ${where}${scriptedText(figures)}`;
  const leftOut = leftOutText(figures.leftOut);
  return [
    { name: "recordings", value },
    ...(leftOut === "" ? [] : [{ name: "left out", value: leftOut }]),
  ];
}

/**
 * A scan of several workers: one table of those that are on record, in the order that is given.
 *
 * @param notes what is to be said beside, one line each
 */
export function scansReport(
  scans: readonly Scan[],
  { monthly, notes }: { readonly monthly: Monthly | undefined; readonly notes: readonly string[] },
): Report {
  const worth = scans.filter(({ verdict }) => verdict.kind === "worth-trying").length;
  const isPriced = scans.some(
    ({ figures: { spent } }) => spent.usd !== undefined && spent.calls > 0,
  );
  const table: Block = {
    kind: "table",
    columns: COLUMNS.filter(({ name }) => monthly || !MONTHLY.has(name)),
    rows: scans.map((scan) => [
      scans.some((other) => other !== scan && other.worker.name === scan.worker.name)
        ? scan.worker.file
        : scan.worker.name,
      ...cellsOf(scan),
      ...(monthly ? monthCells(scan, monthly) : []),
      verdictWords(scan.verdict),
    ]),
  };
  return {
    title: `Prompts on record, the ${isPriced ? "dearest" : "most called"} first`,
    headline: `${worth} of ${grouped(scans.length)} worth trying`,
    sections: [
      ...(scans.length > 0 ? [{ blocks: [table] }] : []),
      ...(notes.length > 0 ? [{ blocks: [{ kind: "lines", lines: notes } as const] }] : []),
    ],
  };
}

const MONTHLY: ReadonlySet<string> = new Set(["a month", "saved"]);

const COLUMNS: readonly TableColumn[] = [
  { name: "worker" },
  { name: "calls", align: "right" },
  { name: "inputs", align: "right" },
  { name: "same again", align: "right" },
  { name: "cost", align: "right" },
  { name: "code covers", align: "right" },
  { name: "a month", align: "right" },
  { name: "saved", align: "right" },
  { name: "verdict" },
];

function cellsOf({ figures }: Scan): readonly string[] {
  const { calls, distinct, selfAgreement: again, covered, spent } = figures;
  return [
    grouped(calls),
    grouped(distinct),
    again.n === 0 ? "unknown" : percent(again.agreed / again.n, "estimate"),
    spent.calls === 0 ? "unknown" : dollars(spent.usd),
    percent(covered, "estimate"),
  ];
}

function monthCells(scan: Scan, monthly: Monthly): readonly string[] {
  const month = monthlyOf(scan, monthly);
  return [dollars(month?.usd), month?.saved === 0 ? "none" : dollars(month?.saved)];
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

function figureRows(figures: ScanFigures): readonly Row[] {
  const { templates, suggested, spent } = figures;
  const rows = [{ name: "the prompt itself", value: selfAgreementText(figures) }];
  if (suggested) {
    const { comparator, agreed, n, exactly } = suggested;
    const value = `${JSON.stringify(describeComparator(comparator))}, under which ${agreed} of ${n} inputs to learn from agree, and exactly ${exactly}`;
    rows.push({ name: "comparator", value });
  }
  const fallback = `expected fallback ${percent(templates.share, "estimate")}`;
  const alone = `${templates.seenOnce} of ${counted(templates.n, "input")} to learn from fit none of the others`;
  return [
    ...rows,
    { name: "templates", value: `${templates.different}; ${alone}: ${fallback}` },
    { name: "cost", value: costOf(spent) },
    { name: "split", value: splitText(figures) },
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
  const saved = month.saved === 0 ? "nothing" : `about ${dollars(month.saved)}`;
  return `${calls}, ${dollars(month.usd)}, of which code would save ${saved}`;
}

function dollars(usd: number | undefined): string {
  if (usd === undefined) return "unknown";
  return `$${usd < 1 ? usd.toFixed(4) : usd.toFixed(2)}`;
}
