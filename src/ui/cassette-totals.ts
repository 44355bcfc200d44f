import { addAnswer, type Bill, formatBill, NO_BILL } from "../cassette/read/bill.ts";
import type { RecordedCall, RecordedStep } from "../cassette/read/call-tree.ts";
import { counted } from "../words/counted.ts";

interface Totals {
  readonly exchanges: number;
  readonly effects: number;
  readonly decisions: number;
  readonly damaged: number;
  readonly bill: Bill;
  /** How long the answers took. */
  readonly answersMs: number;
}

function totalsOf(calls: readonly RecordedCall[]): Totals {
  const totals = {
    exchanges: 0,
    effects: 0,
    decisions: 0,
    damaged: 0,
    bill: NO_BILL,
    answersMs: 0,
  };
  const steps = calls.flatMap(allSteps);
  for (const step of steps) {
    if (step.kind === "effect") totals.effects++;
    if (step.kind === "decision") totals.decisions++;
    if (step.kind === "damaged") totals.damaged++;
    if (step.kind !== "exchange") continue;
    const { request, answer } = step.exchange;
    totals.exchanges++;
    totals.bill = addAnswer(totals.bill, request.model, answer);
    totals.answersMs += answer.timing.totalMs;
  }
  return totals;
}

function allSteps({ steps }: RecordedCall): readonly RecordedStep[] {
  return steps.flatMap((step) => (step.kind === "call" ? allSteps(step.call) : step));
}

/** What some recorded calls come to, in one line: counts, tokens, money, time. */
export function totalsLine(calls: readonly RecordedCall[]): string {
  const { exchanges, effects, decisions, damaged, bill, answersMs } = totalsOf(calls);
  const counts = [
    [exchanges, "exchange"],
    [effects, "effect"],
    [decisions, "decision"],
  ] as const;
  const told = counts.flatMap(([count, noun]) => (count === 0 ? [] : [counted(count, noun)]));
  const took = formatBill(bill) ?? (exchanges === 0 ? undefined : "all from a script");
  return [
    `${told.join(", ") || "nothing"} on record`,
    ...(took === undefined ? [] : [took]),
    ...(exchanges === 0 ? [] : [`${answersMs} ms of answers`]),
    ...(damaged === 0 ? [] : [`${counted(damaged, "entry", "entries")} cannot be read`]),
  ].join("; ");
}
