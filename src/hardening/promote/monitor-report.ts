import { DEFAULT_SHARE } from "../../functions/answer-mode.ts";
import { plainText } from "../../functions/worker-input.ts";
import type { Json } from "../../model/json.ts";
import type { Block, LinePoint, Report, Section } from "../../report/report.ts";
import { interval } from "../../statistics/time-uniform.ts";
import { counted, grouped } from "../../words/counted.ts";
import { percent } from "../../words/percent.ts";
import { usdText } from "../../words/quantities.ts";
import { alarmText, isUnwatched, UNWATCHED } from "./alarm-meaning.ts";
import type { DayFigures } from "./log-figures.ts";
import type {
  CertificateState,
  MonitoredFunction,
  ObservedComparisons,
  ObservedShare,
} from "./monitored-function.ts";
import { netUsd } from "./saved-so-far.ts";

/** Reasons for fallbacks that are shown of one function. */
const SHOWN_REASONS = 3;

/** From so many certificates on, a false one among them is to be expected now and then. */
const MANY = 10;

/** What may be false of each kind of certificate a worker. */
const RISK = 0.05;

/**
 * How functions with prompt and code are doing, as a report.
 *
 * @param form.isPage whether it has pictures: a terminal has the same figures in words
 */
export function monitorReport(
  functions: readonly MonitoredFunction[],
  { isPage }: { readonly isPage: boolean },
): Report {
  const [alarmed, unfit] = [functions.filter(isAlarmed), functions.filter(isUnfit)];
  const isGood = alarmed.length === 0 && unfit.length === 0;
  const certified = functions.filter(({ certificate }) => certificate.kind === "fits").length;
  const many =
    certified < MANY
      ? {}
      : {
          statement: `Each certificate may be false with a risk of ${percent(RISK, "given")}: of ${certified}, ${expected(certified)} is to be expected.`,
        };
  return {
    title: "Functions with prompt and code",
    headline: headlineOf(functions, { alarmed: alarmed.length, unfit: unfit.length }),
    tone: isGood ? "good" : "bad",
    ...many,
    sections: functions.map((one) => section(one, isPage)),
  };
}

export function isAlarmed({ alarm, merged }: MonitoredFunction): boolean {
  return alarm.state === "raised" || merged?.alarm.state === "raised";
}

export function isUnfit({ certificate, mode }: MonitoredFunction): boolean {
  return certificate.kind === "unfit" && mode !== "shadow";
}

function expected(certificates: number): string {
  const count = Math.ceil(certificates * RISK);
  return count === 1 ? "up to one false certificate" : `up to ${count} false certificates`;
}

function headlineOf(
  functions: readonly MonitoredFunction[],
  { alarmed, unfit }: { readonly alarmed: number; readonly unfit: number },
): string {
  if (functions.length === 0) return "there are none";
  const parts = [
    counted(functions.length, "function"),
    ...(alarmed === 0 ? [] : [counted(alarmed, "alarm")]),
    ...(unfit === 0
      ? []
      : [`${counted(unfit, "certificate")} that no longer ${unfit === 1 ? "fits" : "fit"}`]),
  ];
  const unwatched = functions.filter(isUnwatched).length;
  if (unwatched > 0) parts.push(`${grouped(unwatched)} of them unchecked`);
  return parts.length === 1 ? `${parts[0]}, all well` : parts.join(", ");
}

function section(one: MonitoredFunction, isPage: boolean): Section {
  return {
    title: `${one.name} (${one.worker}): ${whoText(one)}`,
    blocks: [
      { kind: "facts", rows: factRows(one) },
      ...(isPage ? plots(one) : []),
      ...disagreementBlocks(one),
    ],
  };
}

function whoText({ mode, tool, share = DEFAULT_SHARE }: MonitoredFunction): string {
  switch (mode) {
    case undefined:
      return "declared in code";
    case "prompt":
      return `the prompt answers, code in ${tool}`;
    case "shadow":
      return `the prompt answers, ${tool} in its shadow`;
    case "canary":
      return `${tool} answers ${percent(share, "given")} of calls`;
    case "code":
      return `${tool} answers`;
  }
}

interface Row {
  readonly name: string;
  readonly value: string;
}

function factRows(one: MonitoredFunction): readonly Row[] {
  const { calls, certificate, damagedLines, disagreements, merged } = one;
  const { heldOut, unrecorded } = disagreements;
  return [
    { name: "certificate", value: certificateText(certificate) },
    { name: "coverage", value: shareText(calls.coverage, callsText(one)) },
    { name: "fallback", value: shareText(calls.fallback, counted(calls.fallbacks, "call")) },
    ...calls.reasons
      .slice(0, SHOWN_REASONS)
      .map(({ reason, count }) => ({ name: "", value: `${grouped(count)}: ${reason}` })),
    { name: "compared", value: comparedText(one.compared) },
    ...(heldOut > 0
      ? [{ name: "", value: `${counted(heldOut, "held-out input")} disagreed and are not shown` }]
      : []),
    ...(unrecorded > 0
      ? [
          {
            name: "",
            value: `${counted(unrecorded, "input")} that disagreed are on no record here`,
          },
        ]
      : []),
    { name: "alarm", value: isUnwatched(one) ? UNWATCHED : alarmText(one.alarm) },
    ...(merged
      ? [
          { name: "all machines", value: comparedText(merged) },
          { name: "", value: alarmText(merged.alarm) },
        ]
      : []),
    { name: "saved", value: savedText(one) },
    ...(damagedLines > 0
      ? [{ name: "log", value: `${counted(damagedLines, "damaged line")}, which count nothing` }]
      : []),
  ];
}

function certificateText(state: CertificateState): string {
  switch (state.kind) {
    case "none":
      return state.reason;
    case "unfit":
      return `does not fit: ${state.reason}`;
    case "fits":
      return `fits; ${state.claims}`;
  }
}

function callsText({ calls, mode }: MonitoredFunction): string {
  const { code, fallbacks } = calls;
  const of = `${grouped(code)} of ${counted(code + fallbacks, "call")}`;
  return mode === "shadow" ? `code could answer ${of}` : `${of} by code`;
}

/** A share with its bounds, or that there is nothing to tell. */
function shareText(share: ObservedShare | undefined, detail: string): string {
  if (!share) return "no calls yet";
  return `${percent(share.share, "estimate")} (${detail}), ${boundsText(share)}`;
}

function boundsText({ lower, upper }: ObservedShare): string {
  return `between ${percent(lower, "at-least")} and ${percent(upper, "at-most")}`;
}

function comparedText({
  compared,
  counted: n,
  disagreed,
  scripted,
  agreement,
}: ObservedComparisons) {
  if (compared === 0 || !agreement) return "nothing yet";
  const by = scripted === 0 ? "" : `; in ${grouped(scripted)} a script stood in for the model`;
  const repeats = compared === n ? "" : `, ${grouped(n)} without repeats`;
  return `${counted(compared, "answer")}${repeats}, ${grouped(disagreed)} disagreed: agreement ${boundsText(agreement)}${by}`;
}

function savedText({ saved, calls: { code } }: MonitoredFunction): string {
  const { calls, checks, usd, monthly, candidateUsdPerCall } = saved;
  const own = candidateUsdPerCall === 0 ? "" : ` and ${counted(code, "call")} of the other worker`;
  const net = `${counted(calls, "call")} of the model, less ${counted(checks, "check")}${own}`;
  const money = usd === undefined ? "no price is on record" : usdText(usd);
  const month =
    monthly === undefined
      ? ""
      : `; ${monthly.usd === undefined ? "unknown" : usdText(monthly.usd)} a month with ${counted(monthly.calls, "call")}`;
  return `${money} (${net})${month}`;
}

function disagreementBlocks({ disagreements }: MonitoredFunction): readonly Block[] {
  const { shown } = disagreements;
  if (shown.length === 0) return [];
  const text = (value: Json | undefined) =>
    value === undefined
      ? "on no record"
      : typeof value === "string"
        ? value
        : JSON.stringify(value);
  const cases = shown.map(({ input, prompt, code }) => ({
    title: text(plainText(input)),
    parts: [
      { name: "prompt", text: text(prompt) },
      { name: "code", text: text(code) },
    ],
  }));
  return [{ kind: "cases", groups: [{ name: "disagreed", total: shown.length, cases }] }];
}

/** Risk of each band of a picture. */
const BAND_RISK = 0.05;

function plots({ days, certificate, alarm, saved }: MonitoredFunction): readonly Block[] {
  const levels =
    certificate.kind === "fits" ? [{ name: "tolerated", value: 1 - alarm.tolerated }] : [];
  const events = alarm.raised ? [{ name: "alarm", x: Date.parse(alarm.raised.at) }] : [];
  const lines = { kind: "lines", x: "time" } as const;
  const blocks: Block[] = [
    {
      kind: "plot",
      plot: {
        ...lines,
        title: "Agreement of compared answers since code was put in place",
        unit: "share",
        series: [{ name: "agreement", points: summedShares(days, agreementOf) }],
        levels,
        events,
      },
    },
    {
      kind: "plot",
      plot: {
        ...lines,
        title: "Coverage by day",
        unit: "share",
        series: [
          { name: "coverage", points: days.flatMap((day) => sharePoint(day, coverageOf(day))) },
        ],
        events,
      },
    },
  ];
  if (saved.usd === undefined) return blocks;
  let usd = 0;
  const points = days.map((day) => {
    usd += netUsd(saved, day) ?? 0;
    return { x: Date.parse(day.day), y: usd };
  });
  const series = [{ name: "saved", points }];
  const plot = { ...lines, title: "Money saved in all", unit: "usd", series, events } as const;
  return [...blocks, { kind: "plot", plot }];
}

interface Part {
  readonly agreed: number;
  readonly n: number;
}

const agreementOf = ({ agreed, compared: n }: DayFigures): Part => ({ agreed, n });

const coverageOf = ({ code, fallbacks }: DayFigures): Part => ({
  agreed: code,
  n: code + fallbacks,
});

/** What all days until then come to. */
function summedShares(
  days: readonly DayFigures[],
  partOf: (day: DayFigures) => Part,
): readonly LinePoint[] {
  let sum: Part = { agreed: 0, n: 0 };
  return days.flatMap((day) => {
    const { agreed, n } = partOf(day);
    sum = { agreed: sum.agreed + agreed, n: sum.n + n };
    return sharePoint(day, sum);
  });
}

function sharePoint({ day }: DayFigures, { agreed, n }: Part): readonly LinePoint[] {
  if (n === 0) return [];
  return [{ x: Date.parse(day), y: agreed / n, ...interval({ agreed, n }, BAND_RISK) }];
}
