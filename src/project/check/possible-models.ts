import type { Grant, WorkerFunction } from "../../functions/llm-function.ts";
import type { Project } from "../project.ts";

/** The models that a run names from outside of the project's files. */
export interface GivenModels {
  /** `--model`. */
  readonly flag: string | undefined;
  /** `LLM_DO_MODEL`. */
  readonly fallback: string | undefined;
}

/** By worker: the models that it may be asked with; undefined among them where nobody names one. */
export type PossibleModels = ReadonlyMap<WorkerFunction, ReadonlySet<string | undefined>>;

/**
 * What a run may ask each worker in reach of the entry with: for the entry the flag, then the
 * worker's own, then its callers', then the fallback.
 */
export function possibleModels({ entry, space }: Project, given: GivenModels): PossibleModels {
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
