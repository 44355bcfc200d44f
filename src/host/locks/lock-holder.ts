import { hash } from "node:crypto";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { FileSystem } from "../files/file-system.ts";
import type { Host } from "../host.ts";

/** What a lock needs of the world. */
export type LockHost = Pick<
  Host,
  "files" | "processId" | "isProcessAlive" | "machine" | "createId" | "clock"
>;

/** What a lock says of the process that holds it. */
export interface LockHolder {
  /** Tells this lock from all others. */
  readonly identity: string;
  /** When the lock was made, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly madeMs: number;
  /** Undefined for a lock that says nothing: it is being written, or a full disk left it. */
  readonly process: Holder | undefined;
}

interface Holder {
  readonly id: number;
  /** The lock's own id. */
  readonly lock: string | undefined;
  readonly machine: string | undefined;
  readonly boot: { readonly id: string; readonly processes: string } | undefined;
  readonly started: string | undefined;
}

/** A lock that says nothing is no longer being written after this long. */
const GRACE_MS = 2000;

/** Bytes of a lock; what is longer is something else. */
const MOST_BYTES = 10_000;

/**
 * Reads a lock.
 *
 * @returns undefined when there is none, or none any more
 * @throws LlmDoError `file` when a link, a folder or a device stands in its place
 */
export function readHolder(lockPath: string, files: FileSystem): LockHolder | undefined {
  const kind = files.kindAt(lockPath);
  if (kind === undefined) return undefined;
  if (kind !== "file") throw foreign(lockPath, kind);
  try {
    const stat = files.stat(lockPath);
    if (!stat) return undefined;
    const text = stat.bytes > MOST_BYTES ? "" : files.readText(lockPath);
    const identity = hash("sha256", `${stat.modifiedMs} ${text}`).slice(0, 16);
    return { identity, madeMs: stat.modifiedMs, process: holderIn(text) };
  } catch (error) {
    // It was released since.
    if (files.kindAt(lockPath) === undefined) return undefined;
    throw error;
  }
}

/** A lock of an earlier version holds the process id alone. */
function holderIn(text: string): Holder | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const fields: Record<string, unknown> =
    typeof parsed === "object" && parsed !== null ? { ...parsed } : { process: parsed };
  const { process: id, machine, boot, started, id: lock } = fields;
  if (typeof id !== "number" || !Number.isSafeInteger(id) || id <= 0) return undefined;
  const said = (value: unknown) => (typeof value === "string" ? value : undefined);
  return {
    id,
    boot: bootOr(boot),
    lock: said(lock),
    machine: said(machine),
    started: said(started),
  };
}

function bootOr(value: unknown): Holder["boot"] {
  if (typeof value !== "object" || value === null) return undefined;
  const { id, processes }: { id?: unknown; processes?: unknown } = value;
  if (typeof id !== "string" || typeof processes !== "string") return undefined;
  return { id, processes };
}

/**
 * Decides whether the process that a lock names may still be there, and says who it is. In doubt it
 * is there: two processes in one file do more harm than a lock that a person has to remove.
 */
export function judgeHolder(
  { process, madeMs }: LockHolder,
  host: LockHost,
): { readonly isHeld: boolean; readonly words: string } {
  if (!process) {
    const isHeld = host.clock.nowMs() - madeMs < GRACE_MS;
    return { isHeld, words: isHeld ? "another process" : "a process that could not sign it" };
  }
  const isElsewhere = process.machine !== undefined && process.machine !== host.machine.name;
  const where = isElsewhere ? ` on ${process.machine}` : "";
  return { isHeld: mayBeThere(process, host), words: `process ${process.id}${where}` };
}

function mayBeThere(holder: Holder, host: LockHost): boolean {
  const { machine, processId } = host;
  const boot = machine.boot;
  const isThisMachine = holder.machine === undefined || holder.machine === machine.name;
  const isThisKernel = holder.boot !== undefined && holder.boot.id === boot?.id;
  if (holder.id === processId) {
    // Its container was started anew, or this is the process itself or one of its threads.
    return isThisMachine || isThisKernel ? isThisProcess(holder, host) : true;
  }
  if (!isThisMachine) return true;
  // Another container of this machine has its own process ids: nobody here knows of that one.
  if (isThisKernel && holder.boot.processes !== boot?.processes) return true;
  if (!host.isProcessAlive(holder.id)) return false;
  if (holder.boot && boot && !isThisKernel) return false; // the machine was started anew since
  const started = machine.startOf(holder.id);
  return holder.started === undefined || started === undefined || holder.started === started;
}

/** Ids of the locks that this thread holds. */
export const HELD_HERE: Set<string> = new Set();

/** Whether a lock with this process's id is its own, or one of its other threads'. */
function isThisProcess({ lock, started }: Holder, { machine, processId }: LockHost): boolean {
  const own = machine.startOf(processId);
  if (own === undefined) return lock !== undefined && HELD_HERE.has(lock);
  return started === own;
}

function foreign(lockPath: string, kind: string): LlmDoError {
  const what = kind === "link" ? "symbolic link" : kind === "directory" ? "folder" : "device";
  return new LlmDoError({
    code: "file",
    verb: "lock",
    what: lockPath,
    reason: `a ${what} stands in the place of the lock`,
    tries: [`find out who made it, then remove it: ${lockPath}`],
  });
}
