import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { guardGroup, unguardGroup } from "./group-guard.ts";
import { END_SIGNALS } from "./interrupts.ts";

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

/** The groups of this process that run now, whoever started them. */
const live = new Set<number>();

/**
 * Makes a group end with this process, whatever ends it. The guard is there before, see
 * {@link guarded}, so that there is no moment without one.
 *
 * @returns what lets go of a group that has ended
 */
export function endWithProcess(groupId: number): () => void {
  if (live.size === 0) {
    process.on("exit", killAll);
    for (const signal of END_SIGNALS) process.on(signal, onSignal);
  }
  live.add(groupId);
  guardGroup(groupId);
  return () => {
    if (!live.delete(groupId)) return;
    unguardGroup(groupId);
    if (live.size === 0) stopListening();
  };
}

function killAll(): void {
  for (const groupId of live) signalGroup(groupId, "SIGKILL");
}

/** Ends the process as the signal would have, after its groups. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return; // somebody else decides what comes of it
  killAll();
  stopListening();
  process.kill(process.pid, signal);
}

function stopListening(): void {
  process.off("exit", killAll);
  for (const signal of END_SIGNALS) process.off(signal, onSignal);
}
