import { dirname } from "node:path";
import type { Host } from "../../host/host.ts";
import type { Lock, LockedFunction } from "../../project/lock/lock-file.ts";
import { changeLock, type FoundLock, withFunction } from "../../project/lock/lock-store.ts";
import { allShadows, removeShadow } from "./alarm-file.ts";
import { swappedFunctions } from "./swapped-functions.ts";

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
