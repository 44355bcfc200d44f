import { plainText } from "../../../functions/worker-input.ts";
import { textOrJson } from "../../../model/json.ts";
import type { Block, Report, ReportCase } from "../../../report/report.ts";
import { grouped } from "../../../words/counted.ts";
import { formatPath } from "../../../yaml/path.ts";
import type { Disagreement } from "../run/disagreement.ts";
import { groupsOf } from "../run/disagreement.ts";
import type { CompareReport, ReportVerdict } from "./compare-report.ts";
import { factLines } from "./report-facts.ts";

const TONES = {
  supported: "good",
  refuted: "bad",
  inconclusive: "open",
  "not-yet": "open",
  "not-looked": "open",
} as const satisfies Record<ReportVerdict, Report["tone"]>;

/** A comparison as a report; all forms are made of this. */
export function reportTree(report: CompareReport, disagreements: readonly Disagreement[]): Report {
  const { worker, tool, headline, statement, verdict, hashes, madeAt } = report;
  const groups = groupsOf(disagreements);
  return {
    title: `${worker.file} against ${tool}`,
    headline,
    tone: report.exitCode === 1 ? "bad" : TONES[verdict],
    statement,
    sections: [
      ...plotSections(report),
      { title: "What stands behind it", blocks: [{ kind: "lines", lines: factLines(report) }] },
      ...(groups.length === 0
        ? []
        : [
            {
              title: "Disagreements on train inputs",
              blocks: [
                {
                  kind: "cases" as const,
                  groups: groups.map(({ name, disagreements: cases }) => ({
                    name,
                    total: cases.length,
                    cases: cases.map(caseOf),
                  })),
                },
              ],
            },
          ]),
      {
        title: "What it is about",
        blocks: [
          {
            kind: "facts",
            rows: [
              ...Object.entries(hashes).map(([name, value]) => ({ name, value: String(value) })),
              { name: "made at", value: madeAt },
            ],
          },
        ],
      },
    ],
  };
}

function plotSections(report: CompareReport): Report["sections"] {
  const blocks: Block[] = [...intervalPlot(report), ...savingsPlots(report)];
  return blocks.length === 0 ? [] : [{ title: "Agreement and cost", blocks }];
}

function intervalPlot({ look, claim }: CompareReport): readonly Block[] {
  if (!look || look.hidden || look.n === 0) return [];
  const { templates, unit, lower, upper, fallback } = look;
  const { n, agreed } = unit === "template" && templates ? templates : look;
  const answered = { n: fallback.n, agreed: fallback.n - fallback.fellBack };
  return [
    {
      kind: "plot",
      plot: {
        kind: "intervals",
        title: "Agreement on the holdout",
        note: "Dot: what was seen. Line: the interval that holds however often one looks. Agreement is not correctness.",
        rows: [
          {
            name: `${unit}s that agree`,
            share: agreed / n,
            detail: `${grouped(agreed)} of ${grouped(n)}`,
            lower,
            upper,
          },
          {
            name: "not left to the prompt",
            share: answered.agreed / Math.max(1, answered.n),
            detail: `${grouped(answered.agreed)} of ${grouped(answered.n)}`,
            lower: 1 - fallback.upper,
            upper: 1 - fallback.lower,
          },
        ],
        ...(claim === undefined ? {} : { levels: [{ name: "claim", value: claim }] }),
      },
    },
  ];
}

function savingsPlots({ savings, verdict }: CompareReport): readonly Block[] {
  const { spent, perCall, scripted } = savings;
  if (spent.tokens === 0 || verdict === "not-looked") return [];
  const note =
    scripted === 0
      ? "From the recordings' own usage; net of fallbacks and checks."
      : "A script stood in for the model: money and tokens are what it says.";
  const bars = (
    title: string,
    unit: "count" | "usd",
    [before, saved]: [number, number],
  ): Block => ({
    kind: "plot",
    plot: {
      kind: "bars",
      title,
      unit,
      note,
      rows: [
        { name: "prompt", value: before },
        { name: "instead", value: Math.max(0, before - saved) },
      ],
    },
  });
  const { calls, tokens, usd } = spent;
  return [
    bars("Tokens of a call", "count", [tokens / calls, perCall.tokens]),
    ...(usd === undefined || perCall.usd === undefined
      ? []
      : [bars("Money of a call", "usd", [usd / calls, perCall.usd])]),
  ];
}

function caseOf({ input, prompt, tool, fault, differences }: Disagreement): ReportCase {
  return {
    title: textOrJson(plainText(input)),
    parts: [
      { name: "prompt", text: textOrJson(prompt) },
      ...(tool === undefined ? [] : [{ name: "tool", text: textOrJson(tool) }]),
      ...(fault ? [{ name: "tool", text: fault.message }] : []),
    ],
    differences: differences.map(({ path, left, right }) => ({
      name: path.length === 0 ? "differs" : `at ${formatPath(path)}`,
      before: left === undefined ? "" : textOrJson(left),
      after: right === undefined ? "" : textOrJson(right),
    })),
  };
}
