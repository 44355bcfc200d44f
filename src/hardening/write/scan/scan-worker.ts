import { dirname, resolve } from "node:path";
import { neededForClaim } from "../../../certificate/needed.ts";
import { DEFAULT_ALPHA } from "../../../certificate/verdict.ts";
import { EXIT, type ExitCode } from "../../../errors/codes.ts";
import type { WorkerFunction } from "../../../functions/llm-function.ts";
import type { Host } from "../../../host/host.ts";
import { totalTokens } from "../../../model/usage.ts";
import { loadProjectConfig } from "../../../project/config/project-config.ts";
import { lowerBound, type Tally, upperBound } from "../../../statistics/clopper-pearson.ts";
import { percent } from "../../../words/percent.ts";
import type { Comparator } from "../../agree/comparator.ts";
import { differencesBetween } from "../../agree/differences.ts";
import {
  type DistinctInput,
  distinctInputs,
  HOLDOUT_SHARE,
} from "../../recordings/distinct-inputs.ts";
import { findCassettes } from "../../recordings/find-cassettes.ts";
import type { LeftOut, RecordedCall, RecordedCalls } from "../../recordings/recorded-call.ts";
import { recordedCalls } from "../../recordings/recorded-calls.ts";
import { templatesOf, type Unseen } from "../../recordings/templates/templates-of.ts";

interface ScanRequest {
  /** `--recordings`. */
  readonly recordings: readonly string[] | undefined;
  /** Only recordings of this model; default: the worker's own, else of any. */
  readonly model: string | undefined;
  readonly comparator: Comparator;
  readonly host: Host;
}

export interface Scan {
  readonly worker: { readonly name: string; readonly file: string };
  readonly cassettes: readonly string[];
  readonly figures: ScanFigures;
  readonly verdict: ScanVerdict;
  readonly inputs: readonly DistinctInput[];
}

/**
 * Looks at what is on record of a worker.
 *
 * @throws LlmDoError `file` for recordings that are not there, `cassette-damaged` for what cannot be read
 */
export async function scanWorker(
  worker: WorkerFunction,
  { recordings, model = worker.model, comparator, host }: ScanRequest,
): Promise<Scan> {
  const folder = dirname(resolve(host.cwd, worker.file));
  const cassettes = findCassettes({ paths: recordings, folder }, host);
  const { rules } = loadProjectConfig(folder, host.files);
  const paths = cassettes.map((path) => resolve(host.cwd, path));
  const source = { cassettes: paths, files: host.files, rules, model };
  const recorded = await recordedCalls(worker, source);
  const inputs = distinctInputs(recorded.calls);
  const figures = scanFigures(recorded, inputs, comparator);
  const { name, file } = worker;
  return { worker: { name, file }, cassettes, figures, verdict: scanVerdict(figures), inputs };
}

/** The best candidates first: worth trying, then by the calls that code would save. */
export function byPromise(left: Scan, right: Scan): number {
  const isWorth = ({ verdict }: Scan) => (verdict.kind === "worth-trying" ? 1 : 0);
  return isWorth(right) - isWorth(left) || savedCalls(right) - savedCalls(left);
}

/** Calls that would not have been needed, were every seen shape answered by code. */
function savedCalls({ figures }: Scan): number {
  return figures.calls * (1 - figures.shapes.share);
}

/** Whether it is worth trying to write code in a prompt's place. */
export type ScanVerdict =
  | { readonly kind: "worth-trying" }
  | {
      /**
       * - `no-recordings`: nothing is known of the worker as it is today.
       * - `noise`: the prompt does not agree with itself, so that no code can agree with it.
       * - `no-pattern`: nearly every input has a shape of its own.
       * - `too-few`: the holdout could not even support a small claim.
       */
      readonly kind: "no-recordings" | "noise" | "no-pattern" | "too-few";
      /** One line. */
      readonly reason: string;
    };

const SCAN_BOUNDS = {
  /** A prompt that certainly agrees with itself less often is noise. */
  selfAgreement: 0.9,
  /** Where certainly more than this share of inputs had a shape of its own, so will future ones. */
  seenOnce: 0.5,
  /** The smallest claim that is worth a report. */
  claim: 0.9,
} as const;

/** What a scan says of a worker; the first reason against it counts. */
function scanVerdict(figures: ScanFigures): ScanVerdict {
  const { calls, selfAgreement, shapes, holdout } = figures;
  if (calls === 0) return { kind: "no-recordings", reason: "no recording is of this worker" };
  if (selfAgreement.upper < SCAN_BOUNDS.selfAgreement) {
    const { agreed, n } = selfAgreement;
    const reason = `the prompt gave the same answer again for ${agreed} of ${n} inputs: what code would have to find is not there`;
    return { kind: "noise", reason };
  }
  const seenOnce = lowerBound({ agreed: shapes.seenOnce, n: shapes.n }, DEFAULT_ALPHA);
  if (seenOnce > SCAN_BOUNDS.seenOnce) {
    const reason = `${shapes.seenOnce} of ${shapes.n} inputs have a shape that was seen once: code that fits them says nothing of the next`;
    return { kind: "no-pattern", reason };
  }
  const needed = neededForClaim(SCAN_BOUNDS.claim, 0, DEFAULT_ALPHA);
  if (holdout < needed) {
    const further = Math.ceil((needed - holdout) / HOLDOUT_SHARE);
    const reason = `${holdout} inputs are held out, and a claim of ${percent(SCAN_BOUNDS.claim, "given")} needs ${needed}: about ${further} more distinct inputs`;
    return { kind: "too-few", reason };
  }
  return { kind: "worth-trying" };
}

/** What a command ends with. */
export function scanExitCode({ kind }: ScanVerdict): ExitCode {
  return kind === "worth-trying" ? EXIT.done : EXIT.inconclusive;
}

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
function scanFigures(
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
      ...templatesOf(inputs.map(({ input }) => input)).unseen,
      different: new Set(inputs.map(({ template }) => template)).size,
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
