import { dirname, join } from "node:path";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Place } from "../../errors/place.ts";
import type { Grant, WorkerFunction } from "../../functions/llm-function.ts";
import { isLocalModel, splitModelName } from "../../model/request.ts";
import { unsetVariables } from "../../providers/table/fill-parameters.ts";
import type { ProviderTable } from "../../providers/table/provider-table.ts";
import { findProvider } from "../../providers/table/resolve-provider.ts";
import { isBuiltInProvider } from "../../providers/table/server-reader.ts";
import { isCompatibleModel } from "../../worker/compatible-models.ts";
import type { Project } from "../project.ts";
import { openScript } from "../run/local-models.ts";
import type { AskedWorker } from "./check-asked.ts";
import type { CheckedProject, CheckedWorker } from "./checked-project.ts";

interface ModelSources extends GivenModels {
  /** Servers that the project adds; undefined when that is not known. */
  readonly extra: ProviderTable | undefined;
}

/**
 * Finds workers that have no model, or a wrong one.
 *
 * @returns the workers with each model of a known provider that they may ask
 */
export function checkModels(
  checked: CheckedProject,
  sources: ModelSources,
): readonly AskedWorker[] {
  const models = checked.isWhole ? possibleModels(checked.project, sources) : ownModels(checked);
  checkNamed(checked, models);
  const known: AskedWorker[] = [];
  for (const worker of checked.workers) {
    const asked = [...(models.get(worker.linked) ?? [])].filter((model) => model !== undefined);
    checkCompatible(checked, worker, asked);
    for (const model of asked) {
      if (sources.extra === undefined && !isBuiltInProvider(splitModelName(model).provider))
        continue;
      const place = placeOfModel(worker, model, sources);
      const extra = sources.extra ?? {};
      if (!isKnownModel(checked, { worker, model, place, extra })) continue;
      if (!isLocalModel(model)) known.push({ worker, model, extra });
    }
  }
  return known;
}

/** Without a known entry nothing is certain but what the files themselves say. */
function ownModels({ workers }: CheckedProject): PossibleModels {
  return new Map(
    workers.map(({ linked }) => [
      linked,
      new Set(linked.model === undefined ? [] : [linked.model]),
    ]),
  );
}

function checkNamed({ project, workers, findings }: CheckedProject, models: PossibleModels): void {
  for (const { linked, placeOf } of workers) {
    const possible = models.get(linked) ?? new Set();
    const isNameless = possible.size === 1 && possible.has(undefined);
    // A caller without a model is what is wrong, not who would inherit from it.
    if (!isNameless || (project.entry.kind === "worker" && linked !== project.entry)) continue;
    findings.add({
      code: "configuration",
      place: placeOf(["name"]),
      problem: `no model is named for "${linked.name}"`,
      tries: [
        "add a line to its front matter, such as model: anthropic:claude-haiku-4-5",
        "or pass --model, or set LLM_DO_MODEL",
      ],
    });
  }
}

function checkCompatible(
  { findings }: CheckedProject,
  { linked, placeOf }: CheckedWorker,
  asked: readonly string[],
): void {
  const { name, compatibleModels: patterns } = linked;
  if (!patterns || asked.length === 0) return;
  if (asked.some((model) => isCompatibleModel(patterns, model))) return;
  findings.add({
    code: "configuration",
    place: placeOf(["compatible_models"]),
    problem: `"${name}" would be asked with ${asked.join(" or ")}, and is not compatible with it`,
    tries: [`use a model that fits one of its patterns: ${patterns.join(", ")}`],
  });
}

/** The worker's own line, else whoever named the model from outside. */
function placeOfModel(
  { linked, definition, placeOf }: CheckedWorker,
  model: string,
  { flag, fallback }: GivenModels,
): Place {
  if (linked.model === model) return placeOf(["model"]);
  if (flag === model) return { file: "--model" };
  return { file: fallback === model ? "LLM_DO_MODEL" : definition.file };
}

interface NamedModel {
  readonly worker: CheckedWorker;
  readonly model: string;
  readonly place: Place;
  readonly extra: ProviderTable;
}

/** An inherited model is looked at where it is named. */
function isKnownModel({ host, findings }: CheckedProject, named: NamedModel): boolean {
  const { worker, model, place, extra } = named;
  const isNamedHere = place.line !== undefined || place.file !== worker.definition.file;
  try {
    if (splitModelName(model).provider === "script") {
      if (isNamedHere)
        openScript(join(dirname(worker.definition.file), splitModelName(model).name), host);
    } else if (model !== "test") {
      const { row, provider } = findProvider(model, host.env, extra);
      for (const unset of unsetVariables(row, host.env, provider)) findings.addError(unset, place);
    }
    return true;
  } catch (error) {
    if (isNamedHere || !isLlmDoError(error)) findings.addError(error, place);
    return false;
  }
}

/** The models that a run names from outside of the project's files. */
interface GivenModels {
  /** `--model`. */
  readonly flag: string | undefined;
  /** `LLM_DO_MODEL`. */
  readonly fallback: string | undefined;
}

/** By worker: the models that it may be asked with; undefined among them where nobody names one. */
type PossibleModels = ReadonlyMap<WorkerFunction, ReadonlySet<string | undefined>>;

/**
 * What a run may ask each worker in reach of the entry with: for the entry the flag, then the
 * worker's own, then its callers', then the fallback.
 */
function possibleModels({ entry, space }: Project, given: GivenModels): PossibleModels {
  const fallback = given.fallback === "" ? undefined : given.fallback;
  const models = new Map<WorkerFunction, Set<string | undefined>>();
  function visit(worker: WorkerFunction, model: string | undefined): void {
    const known = models.get(worker) ?? new Set();
    if (known.has(model)) return;
    models.set(worker, known.add(model));
    for (const callee of calleesOf(worker)) visit(callee, callee.model ?? model);
  }
  if (entry.kind === "worker") {
    visit(entry, given.flag ?? entry.model ?? fallback);
    return models;
  }
  // Code may call any worker; that it calls one which another worker calls is not certain.
  const workers = [...space.values()].filter((target) => target.kind === "worker");
  const called = new Set(workers.flatMap(calleesOf));
  const first = workers.filter((worker) => !called.has(worker));
  const others = workers.filter((worker) => called.has(worker));
  for (const worker of [...first, ...others]) {
    if (!models.has(worker)) visit(worker, worker.model ?? given.flag ?? fallback);
  }
  return models;
}

function calleesOf(worker: WorkerFunction): readonly WorkerFunction[] {
  return [...worker.functions.values()].flatMap(workersBehind);
}

/** A worker that a model makes inherits the model, and hands it on. */
function workersBehind({ function: target }: Grant): readonly WorkerFunction[] {
  if (target.kind === "worker") return [target];
  return target.workers?.offer.grants.flatMap(workersBehind) ?? [];
}
