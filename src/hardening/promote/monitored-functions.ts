import { dirname, relative, resolve } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import type { LockedFunction } from "../../project/lock/lock-file.ts";
import { type FoundLock, findLock } from "../../project/lock/lock-store.ts";
import { WORKER_EXTENSION } from "../../project/project-files.ts";
import { nearest } from "../../words/nearest.ts";
import { findLogs } from "../watch/log-file.ts";

/** A function with prompt and code, as far as it is known without loading it. */
export interface MonitoredName {
  readonly name: string;
  /** The worker's file, relative to the lock file. */
  readonly worker: string;
  /** Undefined for one that is declared in code alone. */
  readonly locked: LockedFunction | undefined;
}

interface MonitoredFunctions {
  readonly lock: FoundLock;
  /** The lock file's folder, absolute. */
  readonly top: string;
  readonly functions: readonly MonitoredName[];
}

/**
 * The functions that a lock file names, and those that have a log on this machine.
 *
 * @param asked files or names of workers; all of them where there are none
 * @throws LlmDoError `configuration` for a wrong lock file, `usage` for a worker that nothing knows
 */
export function monitoredFunctions(asked: readonly string[], host: Host): MonitoredFunctions {
  const file = asked.find((worker) => worker.endsWith(WORKER_EXTENSION));
  const folder = file === undefined ? host.cwd : dirname(resolve(host.cwd, file));
  const lock = findLock(folder, host);
  const top = dirname(lock.path);
  const all: MonitoredName[] = lock.lock.functions.map((locked) => {
    const { name, worker } = locked;
    return { name, worker, locked };
  });
  for (const { worker } of findLogs(top, host.files)) {
    if (all.some((one) => one.worker === worker)) continue;
    const name = worker.slice(worker.lastIndexOf("/") + 1, -WORKER_EXTENSION.length);
    all.push({ name, worker, locked: undefined });
  }
  if (asked.length === 0) return { lock, top, functions: all };
  const isNamed = (one: MonitoredName, word: string) =>
    one.name === word || resolve(top, one.worker) === resolve(host.cwd, word);
  const unknown = asked.find((word) => !all.some((one) => isNamed(one, word)));
  if (unknown !== undefined) {
    const files = all.map(({ worker }) => relative(host.cwd, resolve(top, worker)));
    throw notMonitored(unknown, [...all.map(({ name }) => name), ...files]);
  }
  return { lock, top, functions: all.filter((one) => asked.some((word) => isNamed(one, word))) };
}

/** @param known names and files that may have been meant */
function notMonitored(what: string, known: readonly string[]): LlmDoError {
  const near = nearest(what, known);
  return new LlmDoError({
    code: "usage",
    verb: "monitor",
    what,
    reason: "nothing says that code may answer for it",
    tries: [near === undefined ? `llm-do promote ${what} --to shadow` : `llm-do monitor ${near}`],
  });
}
