import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";

/** How long a group that was asked to end may take to do so. */
const GRACE_MS = 2_000;
/**
 * The same for what is left when the program itself is gone and its outputs are closed. Short,
 * because where nobody collects orphans, as in many containers, dead ones stay in the group.
 */
const LEFTOVER_GRACE_MS = 200;
const POLL_MS = 20;

/**
 * Asks all processes of a group to end and kills those that do not. Resolves when it has.
 *
 * @param isOver whether the program that leads the group is gone and its outputs are closed
 */
export async function endGroup(groupId: number, isOver: () => boolean): Promise<void> {
  if (!signalGroup(groupId, "SIGTERM")) return;
  signalGroup(groupId, "SIGCONT"); // a stopped process takes no other signal
  let leftMs = GRACE_MS;
  while (leftMs > 0) {
    if (isOver()) leftMs = Math.min(leftMs, LEFTOVER_GRACE_MS);
    await delay(POLL_MS);
    leftMs -= POLL_MS;
    if (!signalGroup(groupId, 0)) return;
  }
  signalGroup(groupId, "SIGKILL");
}

/** Whether there was anybody in the group who could be sent the signal; 0 only asks. */
function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-groupId, signal);
  } catch {
    // ESRCH: nobody is left. EPERM: they belong to somebody else, by sudo for example.
    return false;
  }
}

/** The groups that run now: they end with this process, whatever ends it from within. */
export class LiveGroups {
  readonly #groupIds = new Set<number>();
  readonly #killAll = () => {
    for (const groupId of this.#groupIds) signalGroup(groupId, "SIGKILL");
  };

  add(groupId: number): void {
    if (this.#groupIds.size === 0) process.on("exit", this.#killAll);
    this.#groupIds.add(groupId);
  }

  remove(groupId: number): void {
    this.#groupIds.delete(groupId);
    if (this.#groupIds.size === 0) process.off("exit", this.#killAll);
  }
}
