import { dirname, join, relative, resolve } from "node:path";
import { withCut } from "../../certificate/ledger-changes.ts";
import { changeLedger, ledgerPlace } from "../../certificate/ledger-file.ts";
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
import { appendEntry, findLogs, logPath, oldRecords } from "../watch/log-file.ts";
import { alarmOf, readLogFigures } from "./log-figures.ts";
import { mergedPath } from "./merged-log.ts";

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
  if (unknown !== undefined) throw notMonitored(unknown, all);
  return { lock, top, functions: all.filter((one) => asked.some((word) => isNamed(one, word))) };
}

function notMonitored(what: string, all: readonly MonitoredName[]): LlmDoError {
  const near = nearest(what, [...all.map(({ name }) => name), ...all.map(({ worker }) => worker)]);
  return new LlmDoError({
    code: "usage",
    verb: "monitor",
    what,
    reason: "nothing says that code may answer for it",
    tries: [near === undefined ? `llm-do promote ${what} --to shadow` : `llm-do monitor ${near}`],
  });
}

/** What a reset has done for one function. */
export interface ResetFunction {
  readonly name: string;
  /** The alarm that was taken back; undefined where none was raised. */
  readonly alarm: { readonly at: string; readonly reason: string } | undefined;
  /** The ledger in which earlier inputs have moved to train, from the current folder. */
  readonly cut: string | undefined;
}

/**
 * Takes the alarms of functions back and begins to count anew. Who answers stays as it is: the prompt,
 * where an alarm was raised. Then the world has changed, and only inputs that are listed later are
 * evidence.
 *
 * @param workers files or names of workers; all functions where there are none
 * @throws LlmDoError `configuration` for a wrong lock file, `usage` for a worker that nothing knows,
 * `file` for a ledger or log that cannot be written
 */
export function resetAlarms(workers: readonly string[], host: Host): readonly ResetFunction[] {
  const { lock, top, functions } = monitoredFunctions(workers, host);
  const at = new Date(host.clock.nowMs()).toISOString();
  const reset = functions.map((one): ResetFunction => {
    const path = logPath(top, one.worker);
    const logs = [path, mergedPath(top, one.worker)].filter((log) => host.files.stat(log));
    const found = logs.map((log) => alarmOf(readLogFigures(log, host.files))).find(Boolean);
    const alarm = one.locked?.reverted ?? found;
    // The ledger first: whoever is interrupted has an alarm still, and resets again.
    const cut = alarm && cutLedger(one, { at, reason: alarm.reason, top }, host);
    for (const log of logs) appendEntry({ path: log, top }, { kind: "reset", at }, host.files);
    return { name: one.name, alarm: alarm && { at: alarm.at, reason: alarm.reason }, cut };
  });
  calm(functions, lock, host);
  if (workers.length === 0) {
    for (const path of oldRecords(top, host.files)) host.files.remove(path);
  }
  return reset;
}

function cutLedger(
  { name, worker }: MonitoredName,
  { at, reason, top }: { readonly at: string; readonly reason: string; readonly top: string },
  host: Host,
): string | undefined {
  const path = resolve(top, worker);
  const place = ledgerPlace({ name, path }, join(dirname(path), "hardening", name));
  if (!host.files.stat(place.path)) return undefined;
  changeLedger(place, host, (now) => {
    // A reset that was interrupted after this is not to cut again.
    const last = now?.events.at(-1);
    const isCut = last?.kind === "cut" && last.detail === reason;
    return now && !isCut ? withCut(now, { at, why: "alarm", detail: reason }) : now;
  });
  return relative(host.cwd, place.path);
}

function calm(functions: readonly MonitoredName[], lock: FoundLock, host: Host): void {
  const reset = new Set(functions.map(({ worker }) => worker));
  const isToReset = ({ worker, reverted }: LockedFunction) => reset.has(worker) && reverted;
  if (!lock.lock.functions.some(isToReset)) return;
  const calmed = (before: Lock) =>
    before.functions
      .filter(isToReset)
      .reduce((after, one) => withFunction(after, { ...one, reverted: undefined }), before);
  const change = (found: FoundLock) => calmed(found.lock);
  const onWarning = (text: string) => host.stderr.write(`warning: ${text}\n`);
  changeLock(dirname(lock.path), { change, onWarning }, host);
}
