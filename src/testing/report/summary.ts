import { causeLines, groupByCause } from "../../cassette/miss/causes.ts";
import { performedText } from "../../cassette/session/effect-policy.ts";
import { formatTally, isEmptyTally, type Ledger, sumLedgers } from "../../cassette/state/ledger.ts";
import { totalTokens } from "../../model/usage.ts";
import { judgeLines } from "../cases/check/judge-lines.ts";
import type { CaseReport } from "./report-data.ts";
import { sideBySide } from "./side-by-side.ts";

/** A case that was run. */
export interface FinishedCase extends CaseReport {
  /** As the runner has it; a case that was interrupted is skipped. */
  readonly state: string;
}

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
  const ledger = sumLedgers(cases.flatMap((one) => one.ledger ?? []));
  const lines: readonly (readonly [label: string, text: string])[] = [
    ["Cases", casesText(cases)],
    ...unrecordedLines(cases),
    ...cases.flatMap(({ name, samples }) =>
      samples === undefined ? [] : [["Samples", `${name}: ${samples}`] as const],
    ),
    ...judgeLines(cases).map((text) => ["Judges", text] as const),
    ...(ledger ? summaryLines(ledger) : []),
    ...performedLines(cases),
  ];
  const labelled = lines.map(([label, text]) => `${label.padStart(LABEL_WIDTH)}  ${text}`);
  const said = [
    ...labelled,
    ...staleLines(cases, isVerbose),
    ...changedAnswerLines(cases, columns),
  ];
  return [...said, ""].join("\n");
}

/** Why recordings do not fit, each cause with its cases. */
function staleLines(cases: readonly FinishedCase[], isVerbose: boolean): readonly string[] {
  const found = cases.flatMap(({ name, causes = [] }) => causes.map((cause) => ({ cause, name })));
  const indent = " ".repeat(LABEL_WIDTH + 2);
  return groupByCause(found).flatMap((group) => {
    const [first = "", ...more] = causeLines(group, { noun: "case", isVerbose });
    return [`${"Stale".padStart(LABEL_WIDTH)}  ${first}`, ...more.map((line) => indent + line)];
  });
}

/** Which tools touched the world, which nobody undoes. */
function performedLines(cases: readonly FinishedCase[]): readonly (readonly [string, string])[] {
  return cases.flatMap(({ name, performed = [] }) => {
    if (performed.length === 0) return [];
    return [["Ran", `${name}: ${performedText(performed)}, for real`] as const];
  });
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

/** Why cases were not recorded, each reason once, as labels with texts. */
function unrecordedLines(cases: readonly FinishedCase[]): readonly (readonly [string, string])[] {
  const counts = new Map<string, number>();
  for (const { notRecorded } of cases) {
    if (notRecorded !== undefined) counts.set(notRecorded, (counts.get(notRecorded) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => ["Unrecorded", `${count}: ${reason}`]);
}

/** What cassettes gave in a run, and what that spared, as labels with texts. */
export function summaryLines(ledger: Ledger): readonly (readonly [string, string])[] {
  const { exchanges, effects, decisions } = ledger;
  const saved = savedText(ledger);
  return [
    ["Exchanges", formatTally(exchanges)],
    ...(isEmptyTally(effects) ? [] : [["Effects", formatTally(effects)] as const]),
    ...(decisions ? [["Decisions", formatTally(decisions)] as const] : []),
    ...(saved === undefined ? [] : [["Saved", saved] as const]),
  ];
}

/** What the served answers took when they were recorded. */
function savedText(ledger: Ledger): string | undefined {
  const { exchanges, scripted, servedUsage, servedUsd, servedMs } = ledger;
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
