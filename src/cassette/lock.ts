import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Host } from "../host/host.ts";

/**
 * Takes the right to write a cassette, so that two processes never interleave in one file. A lock
 * whose process is gone is taken over.
 *
 * @returns the release
 * @throws LlmDoError `cassette-refused` when another process holds it
 */
export function lockCassette(path: string, host: Host): () => void {
  const lockPath = `${path}.lock`;
  if (tryLock(lockPath, host)) return () => host.files.remove(lockPath);
  const holder = holderOf(lockPath, host);
  // Without a number it may be one that is being written at this moment.
  if (holder === undefined || host.isProcessAlive(holder)) throw locked(path, lockPath, holder);
  // Moving it aside is one step: of two processes that find the same dead lock, one gets it.
  const aside = `${lockPath}.${host.processId}`;
  try {
    host.files.rename(lockPath, aside);
  } catch (error) {
    throw locked(path, lockPath, undefined, error);
  }
  const moved = holderOf(aside, host);
  if (moved !== holder) host.files.rename(aside, lockPath);
  else host.files.remove(aside);
  if (moved !== holder || !tryLock(lockPath, host)) throw locked(path, lockPath, moved);
  return () => host.files.remove(lockPath);
}

/** Whether a process that lives is writing a cassette. */
export function isBeingWritten(path: string, host: Host): boolean {
  const holder = holderOf(`${path}.lock`, host);
  return holder !== undefined && host.isProcessAlive(holder);
}

function tryLock(lockPath: string, host: Host): boolean {
  return host.files.createExclusive(lockPath, `${host.processId}\n`);
}

function holderOf(lockPath: string, host: Host): number | undefined {
  if (!host.files.stat(lockPath)) return undefined;
  const holder = Number.parseInt(host.files.readText(lockPath), 10);
  return Number.isSafeInteger(holder) && holder > 0 ? holder : undefined;
}

function locked(
  path: string,
  lockPath: string,
  holder: number | undefined,
  cause?: unknown,
): LlmDoError {
  const who = holder === undefined ? "another process" : `process ${holder}`;
  return new LlmDoError({
    code: "cassette-refused",
    verb: "record",
    what: path,
    reason: `${who} is writing it`,
    tries: ["wait for it to end, or use another cassette", `if there is none, remove ${lockPath}`],
    cause,
  });
}
