import { lowerBound, type Tally, upperBound } from "../../certificate/clopper-pearson.ts";
import { DEFAULT_ALPHA } from "../../certificate/verdict.ts";
import { totalTokens } from "../../model/usage.ts";
import type { Comparator } from "../comparator.ts";
import { differencesBetween } from "../differences.ts";
import { type Unseen, unseenShare } from "../good-turing.ts";
import type { DistinctInput } from "../recordings/distinct-inputs.ts";
import type { LeftOut, RecordedCall, RecordedCalls } from "../recordings/recorded-call.ts";

/** What the recordings of a worker say before there is any code. */
export interface ScanFigures {
  readonly calls: number;
  /** Calls whose answers came from a script. */
  readonly scripted: number;
  readonly leftOut: LeftOut;
  readonly distinct: number;
  readonly train: number;
  readonly holdout: number;
  /** What the holdout would show if all of it agreed, at the first look. */
  readonly claimAtMost: number;
  /** How often the prompt gave the same answer when it was asked again. */
  readonly selfAgreement: SelfAgreement;
  /** Shapes of distinct inputs. */
  readonly shapes: Unseen & { readonly different: number };
  readonly spent: Spent;
}

/** Of the inputs that have two samples or more: the second compared with the first. */
interface SelfAgreement extends Tally {
  /** Exact one-sided bounds at 5 % each; 0 and 1 where nothing was asked twice. */
  readonly lower: number;
  readonly upper: number;
}

/** Of the calls that a model answered. */
interface Spent {
  readonly calls: number;
  /** US dollars; undefined when a price is unknown. */
  readonly usd: number | undefined;
  readonly tokens: number;
  /** How long the model took, in milliseconds. */
  readonly totalMs: number;
}

/** The figures of a worker's recordings. */
export function scanFigures(
  { calls, leftOut }: RecordedCalls,
  inputs: readonly DistinctInput[],
  comparator: Comparator,
): ScanFigures {
  const holdout = inputs.filter(({ side }) => side === "holdout").length;
  return {
    calls: calls.length,
    scripted: calls.filter(({ source }) => source === "script").length,
    leftOut,
    distinct: inputs.length,
    train: inputs.length - holdout,
    holdout,
    claimAtMost: lowerBound({ agreed: holdout, n: holdout }, DEFAULT_ALPHA),
    selfAgreement: selfAgreement(inputs, comparator),
    shapes: {
      ...unseenShare(inputs.map(({ shape }) => shape)),
      different: new Set(inputs.map(({ shape }) => shape)).size,
    },
    spent: spentOn(calls),
  };
}

function selfAgreement(inputs: readonly DistinctInput[], comparator: Comparator): SelfAgreement {
  const tally = { agreed: 0, n: 0 };
  for (const { calls } of inputs) {
    const [first, second] = calls;
    if (!second) continue;
    tally.n++;
    if (differencesBetween(first.output, second.output, comparator).length === 0) tally.agreed++;
  }
  const lower = lowerBound(tally, DEFAULT_ALPHA);
  return { ...tally, lower, upper: upperBound(tally, DEFAULT_ALPHA) };
}

function spentOn(calls: readonly RecordedCall[]): Spent {
  let usd: number | undefined = 0;
  let tokens = 0;
  let totalMs = 0;
  const live = calls.filter(({ source }) => source === "live");
  for (const call of live) {
    usd = usd === undefined || call.usd === undefined ? undefined : usd + call.usd;
    tokens += totalTokens(call.usage);
    totalMs += call.totalMs;
  }
  return { calls: live.length, usd, tokens, totalMs };
}
