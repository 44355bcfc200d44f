import { LlmDoError } from "../../errors/llm-do-error.ts";
import {
  HELD_HERE,
  judgeHolder,
  type LockHolder,
  type LockHost,
  readHolder,
} from "./lock-holder.ts";

interface TakenLock {
  readonly kind: "taken";
  readonly id: string;
  /** Lets go of it, unless somebody took it over. */
  release(): void;
  /** What there is to say where somebody else's lock was taken over. */
  readonly warning: string | undefined;
}

interface HeldLock {
  readonly kind: "held";
  /** Who holds it, in words. */
  readonly by: string;
}

/** How many locks of processes that died while they took over a lock are taken over in turn. */
const MOST_CLAIMS = 4;

/**
 * Takes the lock that stands beside a file, `FILE.lock`, if nobody holds it. The lock of a process
 * that has ended is taken over: of several processes that find it, one gets it.
 *
 * A lock never stands there half written, and one that could not be written is gone.
 *
 * @throws LlmDoError `file` when it cannot be written, or something else stands in its place
 */
export function tryLock(path: string, host: LockHost): TakenLock | HeldLock {
  return attempt(`${path}.lock`, host, 0);
}

/** Whether a process that may still be there holds the lock beside a file. */
export function isLocked(path: string, host: LockHost): boolean {
  const found = readHolder(`${path}.lock`, host.files);
  return found !== undefined && judgeHolder(found, host).isHeld;
}

function attempt(lockPath: string, host: LockHost, depth: number): TakenLock | HeldLock {
  const id = host.createId();
  if (host.files.createExclusive(lockPath, holderText(id, host))) {
    return takenLock(lockPath, id, { files: host.files, warning: undefined });
  }
  const found = readHolder(lockPath, host.files);
  // Released at this moment; whoever tries again may get it.
  if (!found) return { kind: "held", by: "another process" };
  const { isHeld, words } = judgeHolder(found, host);
  if (isHeld || depth === MOST_CLAIMS) return { kind: "held", by: words };
  return takeOver(lockPath, found, { host, depth });
}

/**
 * Only who holds the claim on a dead lock may replace it, and its name is that lock's: whoever comes
 * late and gets the claim finds another lock in the dead one's place.
 */
function takeOver(
  lockPath: string,
  found: LockHolder,
  { host, depth }: { readonly host: LockHost; readonly depth: number },
): TakenLock | HeldLock {
  const claim = `${lockPath}.${found.identity}`;
  const claimed = attempt(claim, host, depth + 1);
  if (claimed.kind === "held") return claimed;
  let isOurs = false;
  try {
    isOurs = readHolder(lockPath, host.files)?.identity === found.identity;
    if (isOurs) host.files.rename(claim, lockPath);
  } catch (error) {
    isOurs = false;
    throw error;
  } finally {
    if (!isOurs) claimed.release();
  }
  if (!isOurs) return { kind: "held", by: "another process" };
  const warning = `${lockPath} was left by ${judgeHolder(found, host).words} and is taken over`;
  return takenLock(lockPath, claimed.id, { files: host.files, warning });
}

interface Taking {
  readonly files: LockHost["files"];
  readonly warning: string | undefined;
}

function takenLock(lockPath: string, id: string, { files, warning }: Taking): TakenLock {
  HELD_HERE.add(id);
  const release = () => {
    HELD_HERE.delete(id);
    try {
      // Somebody who took it over holds it now.
      if (readHolder(lockPath, files)?.process?.lock === id) files.remove(lockPath);
    } catch {
      return; // what cannot be removed is taken over when this process has ended
    }
  };
  return { kind: "taken", id, release, warning };
}

function holderText(id: string, { machine, processId }: LockHost): string {
  const { name, boot } = machine;
  const started = machine.startOf(processId);
  return `${JSON.stringify({ machine: name, process: processId, boot, started, id })}\n`;
}

/** How long a process waits for another that changes the same file. */
const PAUSE_MS = 5;
const MOST_PAUSES = 3000;

/**
 * Changes a file that other processes change as well, one after the other: waits until none holds the
 * lock beside it, for some seconds.
 *
 * @param path the file's
 * @param onWarning told of a lock that was taken over
 * @throws LlmDoError `file` when another process goes on holding it
 */
export function withLock<T>(
  path: string,
  host: LockHost,
  { change, onWarning }: { readonly change: () => T; readonly onWarning?: (text: string) => void },
): T {
  for (let pauses = 0; ; pauses++) {
    const lock = tryLock(path, host);
    if (lock.kind === "held") {
      if (pauses === MOST_PAUSES) throw stillHeld(path, lock.by);
      pause(PAUSE_MS * (0.5 + Math.random()));
      continue;
    }
    try {
      if (lock.warning !== undefined) onWarning?.(lock.warning);
      return change();
    } finally {
      lock.release();
    }
  }
}

/** Waits without letting go of the thread: what is changed under a lock is changed at once. */
function pause(durationMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);
}

function stillHeld(path: string, by: string): LlmDoError {
  return new LlmDoError({
    code: "file",
    verb: "write",
    what: path,
    reason: `${by} is writing it`,
    tries: ["wait for it to end, then run it again", `if it has ended, remove ${path}.lock`],
  });
}

/**
 * Appends a line to a file that other processes append to as well. A line that a crash cut short stays
 * a line of its own.
 *
 * @param line without its end
 * @throws LlmDoError `file` when it cannot be written; the file is as it was then
 */
export function appendShared(path: string, line: string, host: LockHost): void {
  withLock(path, host, {
    change: () => {
      const { files } = host;
      const isTorn = (files.stat(path)?.bytes ?? 0) > 0 && !files.readText(path).endsWith("\n");
      const file = files.openAppend(path);
      try {
        file.append(`${isTorn ? "\n" : ""}${line}\n`);
      } finally {
        file.close();
      }
    },
  });
}
