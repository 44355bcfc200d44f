import { dirname, join, relative, resolve } from "node:path";
import { withCut } from "../../certificate/ledger-changes.ts";
import { changeLedger, ledgerPlace } from "../../certificate/ledger-file.ts";
import type { SplitLedger } from "../../certificate/split-ledger.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import type { Lock, LockedFunction } from "../../project/lock/lock-file.ts";
import { changeLock, type FoundLock, withFunction } from "../../project/lock/lock-store.ts";
import { withNewInputs, withoutFallbacks } from "../compare/run/evidence-list.ts";
import { appendEntry, logPath, oldRecords } from "../watch/log-file.ts";
import { lockedPair } from "./locked-pair.ts";
import { alarmOf, readLogFigures } from "./log-figures.ts";
import { mergedPath } from "./merged-log.ts";
import { type MonitoredName, monitoredFunctions } from "./monitored-functions.ts";
import { todaysEvidence } from "./todays-evidence.ts";

/** Where recordings are, as for a comparison. */
interface ResetScope {
  readonly recordings: readonly string[] | undefined;
  readonly model: string | undefined;
  readonly host: Host;
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
export async function resetAlarms(
  workers: readonly string[],
  scope: ResetScope,
): Promise<readonly ResetFunction[]> {
  const { host } = scope;
  const { lock, top, functions } = monitoredFunctions(workers, host);
  const at = new Date(host.clock.nowMs()).toISOString();
  const reset: ResetFunction[] = [];
  for (const one of functions) {
    const path = logPath(top, one.worker);
    const logs = [path, mergedPath(top, one.worker)].filter((log) => host.files.stat(log));
    const found = logs.map((log) => alarmOf(readLogFigures(log, host.files))).find(Boolean);
    const alarm = one.locked?.reverted ?? found;
    // The ledger first: whoever is interrupted has an alarm still, and resets again.
    const cut = alarm && (await cutLedger(one, { at, reason: alarm.reason, lock }, scope));
    for (const log of logs) appendEntry({ path: log, top }, { kind: "reset", at }, host.files);
    reset.push({ name: one.name, alarm: alarm && { at: alarm.at, reason: alarm.reason }, cut });
  }
  calm(functions, lock, host);
  if (workers.length === 0) {
    for (const path of oldRecords(top, host.files)) host.files.remove(path);
  }
  return reset;
}

interface Cut {
  readonly at: string;
  readonly reason: string;
  readonly lock: FoundLock;
}

async function cutLedger(
  one: MonitoredName,
  { at, reason, lock }: Cut,
  scope: ResetScope,
): Promise<string | undefined> {
  const { host } = scope;
  const { name, worker } = one;
  const path = resolve(dirname(lock.path), worker);
  const place = ledgerPlace({ name, path }, join(dirname(path), "hardening", name));
  if (!host.files.stat(place.path)) return undefined;
  const listed = await listing(one, lock, scope);
  changeLedger(place, host, (now) => {
    // A reset that was interrupted after this is not to cut again.
    const last = now?.events.at(-1);
    const isCut = last?.kind === "cut" && last.detail === reason;
    return now && !isCut ? withCut(listed(now, at), { at, why: "alarm", detail: reason }) : now;
  });
  return relative(host.cwd, place.path);
}

/**
 * Lists what has been recorded so far and no comparison has listed: it is of the world before the cut.
 * A worker that cannot be loaded has nothing to list.
 */
async function listing(
  { locked }: MonitoredName,
  lock: FoundLock,
  { recordings, model, host }: ResetScope,
): Promise<(ledger: SplitLedger, at: string) => SplitLedger> {
  if (!locked) return (ledger) => ledger;
  try {
    const pair = await lockedPair(locked, lock, host);
    const comparator = { kind: "exact" } as const; // decides nothing here
    const parts = { ...pair, entry: locked, lock, comparator, recordings, model };
    const { hashes, recorded } = await todaysEvidence(parts, host);
    const { prompt, model: modelHash } = hashes;
    const part = { prompt, model: modelHash };
    const { inputs } = withoutFallbacks(recorded.inputs);
    return (ledger, at) => withNewInputs(ledger, { at, ...part }, inputs);
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return (ledger) => ledger;
  }
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
