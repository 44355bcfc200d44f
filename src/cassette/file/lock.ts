import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { isLocked, tryLock } from "../../host/locks/file-lock.ts";

/** The right to write a cassette. */
export interface CassetteLock {
  release(): void;
  /** What there is to say where the lock of a process that has ended was taken over. */
  readonly warning: string | undefined;
}

/**
 * Takes the right to write a cassette, so that two processes never interleave in one file. A lock
 * whose process is gone is taken over.
 *
 * @throws LlmDoError `cassette-refused` when another process holds it; `file` when it cannot be
 * written
 */
export function lockCassette(path: string, host: Host): CassetteLock {
  const lock = tryLock(path, host);
  if (lock.kind === "taken") return lock;
  throw heldBy(path, `${lock.by} is writing it`);
}

function heldBy(path: string, reason: string): LlmDoError {
  return new LlmDoError({
    code: "cassette-refused",
    verb: "record",
    what: path,
    reason,
    tries: ["wait for it to end, or use another cassette", `if there is none, remove ${path}.lock`],
  });
}

/**
 * How long a server waits for another process that records to its cassette. MCP clients give up after
 * 60 seconds by default; this way they are told why.
 */
const MOST_WAIT_MS = 50_000;

/** Between two looks at the lock, at least. */
const PAUSE_MS = 50;

interface Waiting {
  readonly signal: AbortSignal;
  /** Told once of the process that is waited for. */
  readonly onWait: (message: string) => void;
}

/**
 * Takes the right to write a cassette before it is read, so that no other process can record in
 * between. Waits for a process that holds it.
 *
 * @returns undefined where no lock can be written: a run that records nothing needs none, and another one
 * says what is wrong
 * @throws LlmDoError `cassette-refused` after 50 seconds; the signal's reason when it aborts
 */
export async function waitForCassette(
  path: string,
  host: Host,
  { signal, onWait }: Waiting,
): Promise<CassetteLock | undefined> {
  const { clock, random } = host;
  const startMs = clock.monotonicMs();
  for (let isTold = false; ; isTold = true) {
    const lock = lockIfWritable(path, host);
    if (lock?.kind !== "held") return lock;
    if (clock.monotonicMs() - startMs >= MOST_WAIT_MS) {
      throw heldBy(path, `${lock.by} is writing it, for more than ${MOST_WAIT_MS / 1000} s`);
    }
    if (!isTold) onWait(`waits for ${lock.by}, which is writing ${path}`);
    await clock.sleep(PAUSE_MS * (1 + random()), signal);
  }
}

function lockIfWritable(path: string, host: Host) {
  try {
    return tryLock(path, host);
  } catch (error) {
    if (isLlmDoError(error) && error.code === "file") return undefined;
    throw error;
  }
}

/** Whether a process that may still be there is writing a cassette. */
export function isBeingWritten(path: string, host: Host): boolean {
  return isLocked(path, host);
}
