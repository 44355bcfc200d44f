import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { isLocked, tryLock } from "../../host/locks/file-lock.ts";

/** The right to write a cassette. */
interface CassetteLock {
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
  throw new LlmDoError({
    code: "cassette-refused",
    verb: "record",
    what: path,
    reason: `${lock.by} is writing it`,
    tries: ["wait for it to end, or use another cassette", `if there is none, remove ${path}.lock`],
  });
}

/** Whether a process that may still be there is writing a cassette. */
export function isBeingWritten(path: string, host: Host): boolean {
  return isLocked(path, host);
}
