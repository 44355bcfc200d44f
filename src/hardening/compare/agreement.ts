import { dirname, resolve } from "node:path";
import { withInputs } from "../../certificate/ledger-changes.ts";
import { ledgerPlace, readLedger } from "../../certificate/ledger-file.ts";
import { newLedger } from "../../certificate/split-ledger.ts";
import { DEFAULT_ALPHA } from "../../certificate/verdict.ts";
import type { Domain } from "../../functions/domain.ts";
import type { Tool } from "../../functions/tool.ts";
import type { Host } from "../../host/host.ts";
import { nodeHost } from "../../host/node-host.ts";
import { startStallWatch } from "../../host/stall-watch.ts";
import type { Json } from "../../model/json.ts";
import { loadProjectConfig } from "../../project/config/project-config.ts";
import { lowerBound, type Tally, upperBound } from "../../statistics/clopper-pearson.ts";
import type { Comparator } from "../agree/comparator.ts";
import { differencesBetween } from "../agree/differences.ts";
import { readComparator } from "../agree/read-comparator.ts";
import { type LoadedWorker, loadWorker } from "../load-worker.ts";
import { splitInput } from "../recordings/distinct-inputs.ts";
import { findCassettes } from "../recordings/find-cassettes.ts";
import { promptRecordings } from "../recordings/prompt-recordings.ts";
import { COMPARE_DEFAULTS } from "./compare-request.ts";
import { partOf } from "./run/compared-hashes.ts";
import { type ComparedInput, type RecordedInput, tryRecordings } from "./run/compared-inputs.ts";
import { evidenceList, newInputs, withoutFallbacks } from "./run/evidence-list.ts";
import {
  type Counted,
  fallbacksOf,
  faultsOf,
  type Noise,
  noiseOf,
  tallyOf,
} from "./run/figures.ts";
import { outFolder } from "./run/out-folder.ts";
import { Trials } from "./trial/trial.ts";

export interface AgreementSettings {
  /** A description such as `"text"` or `{ fields: { note: "ignore" } }`. Default: `"exact"`. */
  readonly comparator?: Json;
  /** The risk of each bound, above 0 and below 1. Default: 0.05. */
  readonly alpha?: number;
}

/** Two answers to each input. */
export interface AgreementOfPairs extends AgreementSettings {
  /** Of pairs with an `input`, those with the same one count once: the first. */
  readonly pairs: readonly {
    readonly input?: Json;
    readonly expected: Json;
    readonly actual: Json;
  }[];
}

/** A worker's recorded answers, and a tool. */
export interface AgreementOfTool extends AgreementSettings {
  /** Path of the `.worker` file. */
  readonly worker: string;
  readonly tool: Tool;
  /** Default: the tool may answer for every input. */
  readonly domain?: Domain;
  /** Cassettes and folders of them. Default: those of the project. */
  readonly recordings?: readonly string[];
  /** Further files of the worker's project. Default: none. */
  readonly with?: readonly string[];
  /** Only recordings of this model. Default: the worker's own. */
  readonly model?: string;
  /** Milliseconds for one input. Default: 1000. */
  readonly timeoutMs?: number;
  /** Default: this process and this machine. */
  readonly host?: Host;
}

export interface AgreementDisagreement {
  /** Absent for a pair without one. */
  readonly input?: Json;
  readonly expected: Json;
  /** Absent where the tool gave no answer that could be compared. */
  readonly actual?: Json;
}

/** How often two answers agree, on distinct inputs. */
export interface Agreement extends Tally {
  /** The exact one-sided bounds of the share that agrees, each at alpha. */
  readonly lower: number;
  readonly upper: number;
  readonly alpha: number;
  readonly disagreements: readonly AgreementDisagreement[];
  /** Beside the prompt's own noise; absent where nothing was asked twice. */
  readonly noise?: Noise;
  /** Why the tool left inputs to the prompt; they are no part of the agreement. */
  readonly fallbacks: readonly Counted[];
  /** What the tool did that no tool may do, which counts as disagreement. */
  readonly faults: readonly Counted[];
}

/**
 * Tells how often answers agree: of pairs, or of a tool with what a worker said on record.
 *
 * Of a tool it measures the inputs to learn from, those that `llm-do compare --open` has opened among them,
 * and never the held-out ones: a test that looked at those would be a look on nobody's ledger. It is no
 * evidence, since whoever wrote the tool may have seen these inputs; `llm-do compare` gives a certificate.
 * Nothing is written.
 *
 * @throws LlmDoError `configuration` for a comparator that is none, and whatever keeps the worker or its
 * recordings from being read
 *
 * @example
 * const { n, agreed, lower } = await agreement({
 *   pairs: [{ expected: "a", actual: "a" }, { expected: "b", actual: "B" }],
 *   comparator: { text: { ignore_case: true } },
 * }); // n 2, agreed 2, lower 0.2236...
 */
export async function agreement(source: AgreementOfPairs | AgreementOfTool): Promise<Agreement> {
  const comparator = readComparator(source.comparator ?? "exact", "agreement");
  const alpha = source.alpha ?? DEFAULT_ALPHA;
  return "pairs" in source
    ? ofPairs(source, comparator, alpha)
    : ofCompared(await comparedInputs(source, comparator), comparator, alpha);
}

function ofPairs({ pairs }: AgreementOfPairs, comparator: Comparator, alpha: number): Agreement {
  const seen = new Set<string>();
  const distinct = pairs.filter(({ input }) => {
    if (input === undefined) return true;
    const { key } = splitInput(input);
    return !seen.has(key) && seen.add(key) !== undefined;
  });
  const disagreements = distinct.filter(
    ({ expected, actual }) => differencesBetween(expected, actual, comparator).length > 0,
  );
  const tally = { n: distinct.length, agreed: distinct.length - disagreements.length };
  return { ...withBounds(tally, alpha), disagreements, fallbacks: [], faults: [] };
}

function ofCompared(
  inputs: readonly ComparedInput[],
  comparator: Comparator,
  alpha: number,
): Agreement {
  const noise = noiseOf(inputs, comparator, alpha);
  return {
    ...withBounds(tallyOf(inputs), alpha),
    disagreements: inputs.filter(({ agrees }) => agrees === false).map(disagreementOf),
    ...(noise ? { noise } : {}),
    fallbacks: fallbacksOf(inputs),
    faults: faultsOf(inputs),
  };
}

function withBounds(tally: Tally, alpha: number) {
  return { ...tally, lower: lowerBound(tally, alpha), upper: upperBound(tally, alpha), alpha };
}

function disagreementOf({ input, reference, outcome }: ComparedInput): AgreementDisagreement {
  const actual = outcome.kind === "answered" ? { actual: outcome.value } : {};
  return { input, expected: reference, ...actual };
}

async function comparedInputs(
  source: AgreementOfTool,
  comparator: Comparator,
): Promise<readonly ComparedInput[]> {
  const { timeoutMs = COMPARE_DEFAULTS.timeoutMs, host = nodeHost() } = source;
  const loaded = await loadWorker(source.worker, source.with ?? [], host);
  const inputs = await trainInputs(loaded, source, host);
  const watch = await startStallWatch(timeoutMs);
  const { tool, domain } = source;
  const { name, output } = loaded.worker;
  const { signal } = new AbortController();
  const settings = { timeoutMs, cwd: loaded.project.workFolder, clock: host.clock, watch, signal };
  const trials = new Trials({ name, tool, domain, output }, settings);
  try {
    return await tryRecordings(inputs, trials, { tool: name, comparator });
  } finally {
    trials.close();
    await watch.close();
  }
}

/** What is on record of the inputs to learn from, by the ledger beside the worker and what was recorded since. */
async function trainInputs(
  { worker, project }: LoadedWorker,
  { recordings, model }: AgreementOfTool,
  host: Host,
): Promise<readonly RecordedInput[]> {
  const path = resolve(host.cwd, worker.file);
  const found = findCassettes({ paths: recordings, folder: dirname(path) }, host);
  const cassettes = found.map((cassette) => resolve(host.cwd, cassette));
  const { rules } = loadProjectConfig(project.folder, host.files);
  const recorded = await promptRecordings(worker, { cassettes, files: host.files, rules }, model);
  const place = ledgerPlace({ name: worker.name, path }, outFolder(worker, undefined, host).path);
  const ledger = readLedger(place, host) ?? newLedger(place);
  const part = partOf(worker, recorded.model);
  const { inputs } = withoutFallbacks(recorded.inputs);
  const at = new Date(host.clock.nowMs()).toISOString();
  const grown = withInputs(ledger, { at, ...part, inputs: newInputs(inputs, ledger, part) });
  const { recorded: listed } = evidenceList(inputs, grown, part);
  return [...listed.values()].filter(({ side }) => side === "train");
}
