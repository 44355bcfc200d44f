import { dirname, resolve } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import type { Lock, LockedFunction } from "../../project/lock/lock-file.ts";
import {
  changeLock,
  type FoundLock,
  findLock,
  withFunction,
} from "../../project/lock/lock-store.ts";
import { WORKER_EXTENSION } from "../../project/project-files.ts";
import { nearest } from "../../words/nearest.ts";
import { allShadows, removeShadow } from "../swap/alarm-file.ts";

/** A function with prompt and code, as far as it is known without loading it. */
export interface SwappedFunction {
  readonly name: string;
  /** The worker's file, relative to the lock file. */
  readonly worker: string;
  /** Undefined for one that is declared in code alone. */
  readonly locked: LockedFunction | undefined;
}

interface SwappedFunctions {
  readonly lock: FoundLock;
  /** The lock file's folder, absolute. */
  readonly top: string;
  readonly functions: readonly SwappedFunction[];
}

/**
 * The functions that a lock file names, and those that have been shadowed on this machine.
 *
 * @param asked files or names of workers; all of them where there are none
 * @throws LlmDoError `configuration` for a wrong lock file, `usage` for a worker that nothing knows
 */
export function swappedFunctions(asked: readonly string[], host: Host): SwappedFunctions {
  const file = asked.find((worker) => worker.endsWith(WORKER_EXTENSION));
  const folder = file === undefined ? host.cwd : dirname(resolve(host.cwd, file));
  const lock = findLock(folder, host);
  const top = dirname(lock.path);
  const all: SwappedFunction[] = lock.lock.functions.map((locked) => {
    const { name, worker } = locked;
    return { name, worker, locked };
  });
  for (const { name, worker } of allShadows(top, host.files).records) {
    if (all.some((one) => one.worker === worker)) continue;
    all.push({ name, worker, locked: undefined });
  }
  if (asked.length === 0) return { lock, top, functions: all };
  const isNamed = (one: SwappedFunction, word: string) =>
    one.name === word || resolve(top, one.worker) === resolve(host.cwd, word);
  const unknown = asked.find((word) => !all.some((one) => isNamed(one, word)));
  if (unknown !== undefined) throw notSwapped(unknown, all);
  return { lock, top, functions: all.filter((one) => asked.some((word) => isNamed(one, word))) };
}

function notSwapped(what: string, all: readonly SwappedFunction[]): LlmDoError {
  const near = nearest(what, [...all.map(({ name }) => name), ...all.map(({ worker }) => worker)]);
  return new LlmDoError({
    code: "usage",
    verb: "guard",
    what,
    reason: "nothing says that code may answer for it",
    tries: [near === undefined ? `llm-do swap ${what} --mode shadow` : `llm-do guard ${near}`],
  });
}

/**
 * Takes the alarms of functions back and begins to count anew. Who answers stays as it is: the prompt,
 * where an alarm was raised.
 *
 * @param workers files or names of workers; all functions where there are none
 * @returns the names of the functions
 * @throws LlmDoError `configuration` for a wrong lock file, `usage` for a worker that nothing knows
 */
export function resetAlarms(workers: readonly string[], host: Host): readonly string[] {
  const { lock, top, functions } = swappedFunctions(workers, host);
  for (const { worker } of functions) removeShadow(top, worker, host);
  const reset = new Set(functions.map(({ worker }) => worker));
  const isToReset = ({ worker, reverted }: LockedFunction) => reset.has(worker) && reverted;
  if (lock.lock.functions.some(isToReset)) {
    const calm = (before: Lock) =>
      before.functions
        .filter(isToReset)
        .reduce((after, one) => withFunction(after, { ...one, reverted: undefined }), before);
    const change = (found: FoundLock) => calm(found.lock);
    const onWarning = (text: string) => host.stderr.write(`warning: ${text}\n`);
    changeLock(dirname(lock.path), { change, onWarning }, host);
  }
  if (workers.length === 0) {
    for (const path of allShadows(top, host.files).unreadable) host.files.remove(path);
  }
  return functions.map(({ name }) => name);
}
