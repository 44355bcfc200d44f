import { causeLines, groupByCause } from "../../cassette/miss/causes.ts";
import { performedText } from "../../cassette/session/effect-policy.ts";
import {
  formatTally,
  isEmptyTally,
  type Summary,
  sumSummaries,
} from "../../cassette/state/summary.ts";
import { totalTokens } from "../../model/usage.ts";
import { factLines } from "../../report/fact-lines.ts";
import type { FactsBlock } from "../../report/report.ts";
import { judgeLines } from "../cases/check/judge-lines.ts";
import type { CaseReport } from "./report-data.ts";
import { sideBySide } from "./side-by-side.ts";

/** A case that was run. */
export interface FinishedCase extends CaseReport {
  /** As the runner has it; a case that was interrupted is skipped. */
  readonly state: string;
}

type Fact = FactsBlock["rows"][number];

/** As wide as the labels of vitest's own last lines. */
export const LABEL_WIDTH = 11;

const MS_PER_SECOND = 1000;

/**
 * What the cases of a run came to, for a person; empty where there were none.
 *
 * @param columns characters that a line may have
 * @param isVerbose whether all cases of one cause are named
 */
export function summaryText(
  cases: readonly FinishedCase[],
  columns: number,
  isVerbose = false,
): string {
  if (cases.length === 0) return "";
  const summary = sumSummaries(cases.flatMap((one) => one.summary ?? []));
  const rows: readonly Fact[] = [
    { name: "Cases", value: casesText(cases) },
    ...unrecordedFacts(cases),
    ...cases.flatMap(({ name, samples }) =>
      samples === undefined ? [] : [{ name: "Samples", value: `${name}: ${samples}` }],
    ),
    ...judgeLines(cases).map((value) => ({ name: "Judges", value })),
    ...(summary ? summaryFacts(summary) : []),
    ...performedFacts(cases),
    ...staleFacts(cases, isVerbose),
  ];
  const wide = { width: Number.POSITIVE_INFINITY, labelWidth: LABEL_WIDTH };
  const facts = factLines({ kind: "facts", rows }, wide);
  return [...facts, ...changedAnswerLines(cases, columns), ""].join("\n");
}

/** Why recordings do not fit, each cause with its cases. */
function staleFacts(cases: readonly FinishedCase[], isVerbose: boolean): readonly Fact[] {
  const found = cases.flatMap(({ name, causes = [] }) => causes.map((cause) => ({ cause, name })));
  return groupByCause(found).flatMap((group) =>
    causeLines(group, { noun: "case", isVerbose }).map((value, line) => ({
      name: line === 0 ? "Stale" : "",
      value,
    })),
  );
}

/** Which tools touched the world, which nobody undoes. */
function performedFacts(cases: readonly FinishedCase[]): readonly Fact[] {
  return cases.flatMap(({ name, performed = [] }) =>
    performed.length === 0
      ? []
      : [{ name: "Ran", value: `${name}: ${performedText(performed)}, for real` }],
  );
}

function casesText(cases: readonly FinishedCase[]): string {
  const states = ["failed", "passed", "not recorded", "skipped"];
  const parts = states.flatMap((state) => {
    const count = cases.filter((one) => stateOf(one) === state).length;
    return count > 0 ? [`${count} ${state}`] : [];
  });
  return `${parts.join(", ")} (${cases.length})`;
}

function stateOf({ state, notRecorded }: FinishedCase): string {
  return notRecorded === undefined ? state : "not recorded";
}

/** Why cases were not recorded, each reason once. */
function unrecordedFacts(cases: readonly FinishedCase[]): readonly Fact[] {
  const counts = new Map<string, number>();
  for (const { notRecorded } of cases) {
    if (notRecorded !== undefined) counts.set(notRecorded, (counts.get(notRecorded) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => ({
    name: "Unrecorded",
    value: `${count}: ${reason}`,
  }));
}

/** What cassettes gave in a run, and what that spared. */
export function summaryFacts(summary: Summary): readonly Fact[] {
  const { exchanges, effects, decisions } = summary;
  const saved = savedText(summary);
  return [
    { name: "Exchanges", value: formatTally(exchanges) },
    ...(isEmptyTally(effects) ? [] : [{ name: "Effects", value: formatTally(effects) }]),
    ...(decisions ? [{ name: "Decisions", value: formatTally(decisions) }] : []),
    ...(saved === undefined ? [] : [{ name: "Saved", value: saved }]),
  ];
}

/** What the served answers took when they were recorded. */
function savedText(summary: Summary): string | undefined {
  const { exchanges, scripted, servedUsage, servedUsd, servedMs } = summary;
  if (exchanges.served === 0) return undefined;
  if (scripted === exchanges.served) return "nothing to compare, all answers are from a script";
  const price = servedUsd === undefined ? "a price that is unknown" : `$${servedUsd.toFixed(4)}`;
  const seconds = (servedMs / MS_PER_SECOND).toFixed(1);
  const others = scripted === 0 ? "" : ` (${scripted} more answers are from a script)`;
  return `${totalTokens(servedUsage)} tokens, ${price}, ${seconds} s of waiting${others}`;
}

function changedAnswerLines(cases: readonly FinishedCase[], columns: number): readonly string[] {
  return cases.flatMap(({ name, changes = [] }) =>
    changes
      .filter(({ before, after }) => before !== after)
      .flatMap(({ call, before, after }) => [
        "",
        `${name}, ${call} answers anew:`,
        ...sideBySide({ left: before, right: after, columns }),
      ]),
  );
}
