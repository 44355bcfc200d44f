import type { Host } from "../../host/host.ts";
import { withFunction, writeLock } from "../../project/lock/find-lock.ts";
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
  let after = lock.lock;
  for (const { worker, locked } of functions) {
    removeShadow(top, worker, host.files);
    if (!locked?.reverted) continue;
    after = withFunction(after, { ...locked, reverted: undefined });
  }
  if (workers.length === 0) {
    for (const path of allShadows(top, host.files).unreadable) host.files.remove(path);
  }
  if (after !== lock.lock) writeLock({ path: lock.path, lock: after }, host.files);
  return functions.map(({ name }) => name);
}
