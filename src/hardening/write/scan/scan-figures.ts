import { totalTokens } from "../../../model/usage.ts";
import { lowerBound, type Tally, upperBound } from "../../../statistics/clopper-pearson.ts";
import { interval, neededInputs } from "../../../statistics/time-uniform.ts";
import { RISK, versionRisk } from "../../../statistics/version-risk.ts";
import { counted } from "../../../words/counted.ts";
import { percent } from "../../../words/percent.ts";
import type { Comparator } from "../../agree/comparator.ts";
import { differencesBetween } from "../../agree/differences.ts";
import { type SuggestedComparator, suggestComparator } from "../../agree/suggest-comparator.ts";
import type { DistinctInput } from "../../recordings/distinct-inputs.ts";
import type { LeftOut, RecordedCall, RecordedCalls } from "../../recordings/recorded-call.ts";
import { templatesOf, type Unseen } from "../../recordings/templates/templates-of.ts";

/** What the recordings of a worker say before there is any code. */
export interface ScanFigures {
  readonly calls: number;
  /** Calls whose answers came from a script. */
  readonly scripted: number;
  readonly leftOut: LeftOut;
  readonly distinct: number;
  readonly train: number;
  readonly holdout: number;
  /** What the holdout would show if all of it agreed, at version 1. */
  readonly claimAtMost: number;
  /** How often the prompt gave the same answer when it was asked again. */
  readonly selfAgreement: SelfAgreement;
  /** Under which the prompt agrees with itself more often than exactly, where none is declared. */
  readonly suggested: SuggestedComparator | undefined;
  /** Templates of the inputs to learn from; `share` of the next ones will have none of them. */
  readonly templates: Unseen & { readonly different: number };
  /** The share of calls that code could answer: those with a template that was seen. */
  readonly covered: number;
  readonly spent: Spent;
}

/** Of the inputs that have two samples or more: the second compared with the first. */
interface SelfAgreement extends Tally {
  /** Exact one-sided bounds at 5 % each; 0 and 1 where nothing was asked twice. */
  readonly lower: number;
  readonly upper: number;
}

/** Of the calls of a model, and of those of a script or of another program whose usage is on record. */
export interface Spent {
  readonly calls: number;
  /** Calls of a script, whose tokens and money are what it says. */
  readonly scripted: number;
  /** US dollars; undefined when a price is unknown. */
  readonly usd: number | undefined;
  readonly tokens: number;
  /** How long the model took, in milliseconds. */
  readonly totalMs: number;
}

/** What one compares the samples with. */
interface ScanComparator {
  readonly comparator: Comparator;
  /** Whether somebody declared it: no other is suggested then. */
  readonly isDeclared: boolean;
}

/** The figures of a worker's recordings. */
export function scanFigures(
  { calls, leftOut }: RecordedCalls,
  inputs: readonly DistinctInput[],
  { comparator, isDeclared }: ScanComparator,
): ScanFigures {
  const train = inputs.filter(({ side }) => side === "train");
  const holdout = inputs.length - train.length;
  const suggested = isDeclared ? undefined : suggestion(train);
  const mined = templatesOf(train.map(({ input }) => input));
  return {
    calls: calls.length,
    scripted: calls.filter(({ source }) => source === "script").length,
    leftOut,
    distinct: inputs.length,
    train: train.length,
    holdout,
    claimAtMost: interval({ agreed: holdout, n: holdout }, versionRisk(1)).lower,
    selfAgreement: selfAgreement(inputs, suggested?.comparator ?? comparator),
    suggested,
    templates: { ...mined.unseen, different: mined.list.length },
    covered: 1 - mined.unseen.share,
    spent: spentOn(calls),
  };
}

function suggestion(train: readonly DistinctInput[]): SuggestedComparator | undefined {
  const found = suggestComparator(
    train.map(({ calls }) => ({ outputs: calls.map(({ output }) => output) })),
  );
  return found && found.agreed > found.exactly ? found : undefined;
}

function selfAgreement(inputs: readonly DistinctInput[], comparator: Comparator): SelfAgreement {
  const tally = { agreed: 0, n: 0 };
  for (const { calls } of inputs) {
    const [first, second] = calls;
    if (!second) continue;
    tally.n++;
    if (differencesBetween(first.output, second.output, comparator).length === 0) tally.agreed++;
  }
  return { ...tally, lower: lowerBound(tally, RISK), upper: upperBound(tally, RISK) };
}

function spentOn(calls: readonly RecordedCall[]): Spent {
  let usd: number | undefined = 0;
  let tokens = 0;
  let totalMs = 0;
  const used = calls.filter(({ source, usage }) => source === "live" || totalTokens(usage) > 0);
  for (const call of used) {
    usd = usd === undefined || call.usd === undefined ? undefined : usd + call.usd;
    tokens += totalTokens(call.usage);
    totalMs += call.totalMs;
  }
  const scripted = used.filter(({ source }) => source === "script").length;
  return { calls: used.length, scripted, usd, tokens, totalMs };
}

/** Whether it is worth trying to write code in a prompt's place. */
export interface ScanVerdict {
  /**
   * - `worth-trying`: none of the others.
   * - `no-recordings`: nothing is known of the worker as it is today.
   * - `noise`: the prompt does not agree with itself, so that no code can agree with it.
   * - `no-pattern`: most inputs are like no other.
   * - `unknown`: no input was asked twice, so that it may be noise.
   * - `too-few`: the holdout could not even support a small claim.
   */
  readonly kind: "worth-trying" | "no-recordings" | "noise" | "no-pattern" | "unknown" | "too-few";
  /** One line; empty where it is worth trying. */
  readonly reason: string;
}

const SCAN_BOUNDS = {
  /** A prompt that certainly agrees with itself less often is noise. */
  selfAgreement: 0.9,
  /** Where certainly more than this share of inputs was like no other, so will future ones be. */
  unseen: 0.5,
  /** The smallest claim that is worth a report. */
  claim: 0.9,
} as const;

/** What a scan says of a worker; the first reason against it counts. */
export function scanVerdict(figures: ScanFigures): ScanVerdict {
  const { calls, selfAgreement: again, templates, distinct, holdout } = figures;
  if (calls === 0) return { kind: "no-recordings", reason: "no recording is of this worker" };
  if (again.upper < SCAN_BOUNDS.selfAgreement) {
    const reason = `the prompt gave the same answer again for ${again.agreed} of ${again.n} inputs: what code would have to find is not there`;
    return { kind: "noise", reason };
  }
  const unseen = lowerBound({ agreed: templates.seenOnce, n: templates.n }, RISK);
  if (unseen > SCAN_BOUNDS.unseen) {
    const reason = `${templates.seenOnce} of ${templates.n} inputs fit no template of the others: code that fits them says nothing of the next`;
    return { kind: "no-pattern", reason };
  }
  if (again.n === 0) {
    return { kind: "unknown", reason: "no input was asked twice, so it may be noise" };
  }
  const needed = neededInputs(SCAN_BOUNDS.claim, { agreed: 0, n: 0 }, versionRisk(1)) ?? 0;
  if (holdout < needed) {
    const further = Math.ceil(((needed - holdout) * distinct) / Math.max(holdout, distinct / 2));
    const reason = `${counted(holdout, "input")} ${holdout === 1 ? "is" : "are"} held out, and a claim of ${percent(SCAN_BOUNDS.claim, "given")} needs ${needed}: about ${counted(further, "more distinct input")}`;
    return { kind: "too-few", reason };
  }
  return { kind: "worth-trying", reason: "" };
}
