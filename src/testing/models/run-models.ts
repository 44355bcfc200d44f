import { dirname, join } from "node:path";
import { CassetteFile } from "../../cassette/file/cassette-file.ts";
import { readExchanges } from "../../cassette/read/read-exchanges.ts";
import type { PerformedEffect } from "../../cassette/session/effect-policy.ts";
import { EXIT, type ExitCode } from "../../errors/codes.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import { addUsage, NO_USAGE, type Usage } from "../../model/usage.ts";
import { judgementsOf } from "../cases/check/judge-lines.ts";
import type { Judgement } from "../cases/check/judgement.ts";
import { isMissed } from "../cases/check/run-samples.ts";
import { type CaseSettings, runCase } from "../cases/run/run-case.ts";
import { exitCodeOf, type Failure, isNotRecorded } from "../run/failure.ts";
import { caseCassetteOf } from "../status/model-cassette.ts";
import type { PassCount } from "../verdict/paired-verdict.ts";
import type { ModelPlan, PlannedCase } from "./plan-models.ts";

/** What came of one case with one model. */
export interface ModelCase {
  /** The file of cases and the case's name. */
  readonly name: string;
  /**
   * - `passed`, `failed`: it was run to an end that says something of the model.
   * - `unrecorded`: nothing is on record for the model, and nothing was to be recorded or could be.
   * - `stale`: its recordings are not what is asked today.
   * - `incompatible`: the worker excludes the model.
   */
  readonly state: "passed" | "failed" | "unrecorded" | "stale" | "incompatible";
  readonly failures: readonly Failure[];
  readonly count: PassCount;
  /** Of all its runs, delegates with it and its judge without. */
  readonly usage: Usage;
  /** The same in US dollars; undefined when a price is unknown. */
  readonly usd: number | undefined;
  /** How long each answer of the model took when it was recorded, in milliseconds. */
  readonly latenciesMs: readonly number[];
  /** How many answers a script gave in the model's place. */
  readonly scripted: number;
  readonly judgements: readonly Judgement[];
  /** External effects that happened while it was recorded. */
  readonly performed: readonly PerformedEffect[];
}

/** All cases of one model. */
export interface ModelRun {
  readonly model: string;
  readonly cases: readonly ModelCase[];
}

interface ModelsRequest {
  readonly plan: ModelPlan;
  readonly settings: CaseSettings;
  /** The command that records a case with a model anew. */
  readonly rerecord: (planned: PlannedCase) => string;
  /** Told before the cases of a model are run. */
  readonly onModel: (model: string, cases: number) => void;
}

/** Runs all cases with one model after the other; ends early when the settings' signal aborts. */
export async function runModels({
  plan,
  settings,
  rerecord,
  onModel,
}: ModelsRequest): Promise<readonly ModelRun[]> {
  const runs: ModelRun[] = [];
  for (const [model, planned] of plan.byModel) {
    onModel(model, planned.length);
    const cases: ModelCase[] = [];
    for (const each of planned) {
      if (settings.signal?.aborted) return runs;
      cases.push(
        await runPlanned(each, {
          ...settings,
          rerecord: rerecord(each),
          keepsFailed: !each.isOwn,
        }),
      );
    }
    runs.push({ model, cases });
  }
  return runs;
}

/**
 * As of `llm-do test`: 1 when a case failed, 3 when all failures are about recordings, 5 when one of
 * these is about money, else 0.
 */
export function modelsExit(runs: readonly ModelRun[]): ExitCode {
  const cases = runs.flatMap((run) => run.cases);
  if (cases.some(({ state }) => state === "failed")) return EXIT.failed;
  const failures = cases.flatMap((one) => one.failures);
  if (exitCodeOf(failures) === EXIT.limit) return EXIT.limit;
  const isMissing = cases.some(({ state }) => state === "unrecorded" || state === "stale");
  if (isMissing) return EXIT.cassette;
  // Nothing was run: what was asked for cannot be said.
  return cases.some(({ state }) => state === "passed") ? EXIT.done : EXIT.usage;
}

const NOTHING = {
  failures: [],
  count: { passed: 0, runs: 0 },
  usage: NO_USAGE,
  usd: 0,
  latenciesMs: [],
  scripted: 0,
  judgements: [],
  performed: [],
} as const;

async function runPlanned(planned: PlannedCase, settings: CaseSettings): Promise<ModelCase> {
  const { one, name, isCompatible } = planned;
  const { files } = settings.host;
  if (!isCompatible) return { ...NOTHING, name, state: "incompatible" };
  if (settings.mode === "replay" && !files.stat(one.cassette)) {
    return { ...NOTHING, name, state: "unrecorded" };
  }
  const like = otherRecordingOf(planned, files);
  const outcome = await runCase(one, { ...settings, like });
  const { failures, runs = [], samples, run, performed = [] } = outcome;
  const isStale =
    runs.some(isMissed) || (failures.length > 0 && exitCodeOf(failures) === EXIT.cassette);
  if (failures.some(isNotRecorded)) {
    return { ...NOTHING, name, state: "unrecorded", failures, performed };
  }
  const isPassed = failures.length === 0;
  const single = { passed: isPassed ? 1 : 0, runs: 1 };
  const all = runs.length > 0 ? runs.map((each) => each.run) : run ? [run] : [];
  return {
    name,
    state: isStale ? "stale" : isPassed ? "passed" : "failed",
    failures,
    count: samples ? { passed: samples.passed, runs: samples.runs } : single,
    usage: all.reduce<Usage>((sum, each) => addUsage(sum, each.usage), NO_USAGE),
    usd: all.reduce<number | undefined>((sum, { usd }) => plus(sum, usd), 0),
    judgements: judgementsOf(runs),
    performed,
    ...timingsIn(planned, files),
  };
}

/**
 * A recording of the same case with another model, where there is none with this one: what tools did
 * in it is not done again for each model.
 */
function otherRecordingOf({ one, isOwn }: PlannedCase, files: FileSystem): string | undefined {
  const own = isOwn ? one.cassette : caseCassetteOf(one.cassette);
  if (own === undefined || files.stat(one.cassette)) return undefined;
  const folder = dirname(own);
  if (files.stat(folder)?.kind !== "directory") return undefined;
  const ofModels = files
    .list(folder)
    .map((name) => join(folder, name))
    .filter((path) => caseCassetteOf(path) === own)
    .toSorted();
  return [own, ...ofModels].find(
    (path) => path !== one.cassette && files.stat(path)?.kind === "file",
  );
}

function plus(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : left + right;
}

/** What is on record of the model's own answers: those of judges and of other models are not its. */
function timingsIn(
  { one, model }: PlannedCase,
  files: FileSystem,
): Pick<ModelCase, "latenciesMs" | "scripted"> {
  try {
    const file = CassetteFile.read(one.cassette, files);
    const own = readExchanges(file).flatMap((read) => {
      if (read.kind === "damaged" || read.request.model !== model) return [];
      return one.expect.judge && isOfJudge(read.entry.call) ? [] : [read];
    });
    const live = own.filter(({ entry }) => entry.source !== "script");
    const latenciesMs = live.map(({ answer }) => answer.timing.totalMs);
    return { latenciesMs, scripted: own.length - live.length };
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return { latenciesMs: [], scripted: 0 }; // the case's failure says it
  }
}

function isOfJudge(call: string): boolean {
  return call.split("/", 1)[0] === "judge";
}
