import { hash } from "node:crypto";
import { dirname, join, relative, resolve, sep } from "node:path";
import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { FileSystem } from "../../host/file-system.ts";
import type { Host } from "../../host/host.ts";
import { findUpwards } from "../find-upwards.ts";
import { projectTop } from "../project-top.ts";
import { LOCK_FILE, type Lock, type LockedFunction, parseLock } from "./lock-file.ts";
import { printLock } from "./print-lock.ts";

/** A project's lock file, whether it is there or not. */
export interface FoundLock {
  /** Absolute. */
  readonly path: string;
  readonly lock: Lock;
}

/**
 * The lock file of a folder's project: the nearest one upwards, or else the empty one that would
 * stand at the top of the project.
 *
 * @throws LlmDoError `configuration` when it cannot be read or is wrong
 */
export function findLock(folder: string, host: Pick<Host, "files" | "cwd">): FoundLock {
  const path = findUpwards(LOCK_FILE, folder, host.files);
  if (path === undefined) {
    return { path: join(projectTop(folder, host), LOCK_FILE), lock: { functions: [] } };
  }
  return { path, lock: parseLock(readText(path, host.files), path) };
}

function readText(path: string, files: FileSystem): string {
  try {
    return files.readText(path);
  } catch (cause) {
    // Going on without it could give the place of a prompt to code that lost it.
    throw new LlmDoError({
      code: "configuration",
      verb: "read",
      what: path,
      reason: `the lock file cannot be read: ${isLlmDoError(cause) ? cause.reason : messageOf(cause)}`,
      place: { file: path },
      cause,
    });
  }
}

/** Replaces a lock file in one step; processes that write at once do not write into one file. */
export function writeLock({ path, lock }: FoundLock, files: FileSystem): void {
  const content = printLock(lock);
  const written = `${path}.${hash("sha256", content).slice(0, 8)}.tmp`;
  files.write(written, content);
  files.rename(written, path);
}

/** A lock with one function changed or added, the others as they are. */
export function withFunction(lock: Lock, changed: LockedFunction): Lock {
  const { functions } = lock;
  const index = functions.findIndex(({ worker }) => worker === changed.worker);
  if (index < 0) return { ...lock, functions: [...functions, changed] };
  return { ...lock, functions: functions.with(index, changed) };
}

/** What a lock says of a worker's file. */
export function lockedFunction(
  { path, lock }: FoundLock,
  workerPath: string,
): LockedFunction | undefined {
  const folder = dirname(path);
  return lock.functions.find(({ worker }) => resolve(folder, worker) === workerPath);
}

/** A path as a lock file says it. */
export function lockPath({ path }: Pick<FoundLock, "path">, target: string): string {
  return relative(dirname(path), target).split(sep).join("/");
}
