import { dirname, relative, resolve } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import type { Host } from "../../host/host.ts";
import { loadProject } from "../../project/load-project.ts";
import { modelless } from "../../project/lock/certified.ts";
import type { LockedFunction } from "../../project/lock/lock-file.ts";
import { type FoundLock, withFunction } from "../../project/lock/lock-store.ts";
import { checkFile, isWorkerFile } from "../../project/project-files.ts";
import { parseWorker } from "../../worker/parse-worker.ts";
import { workersOf } from "../load-worker.ts";
import { checkOtherName } from "../other-name.ts";

/** A worker of the lock file, and the one that stands in the place of a tool. */
export interface LockedPair {
  readonly worker: WorkerFunction;
  /** Undefined where it is a tool. */
  readonly candidate: WorkerFunction | undefined;
}

/**
 * The workers of an entry, linked as a run links them, whatever its code is worth.
 *
 * @throws LlmDoError what loading them throws; `project` where both have one name
 */
export async function lockedPair(
  entry: LockedFunction,
  lock: FoundLock,
  host: Host,
): Promise<LockedPair> {
  const inFolder = (path: string) => relative(host.cwd, resolve(dirname(lock.path), path));
  const other = isWorkerFile(entry.tool) ? inFolder(entry.tool) : undefined;
  if (other !== undefined) {
    const { name } = parseWorker(host.files.readText(checkFile(other, host)), other);
    checkOtherName("promote", { worker: entry.name, other: name, file: other });
  }
  const named = [entry.worker, ...(entry.with ?? [])].map(inFolder);
  const files = other === undefined ? named : [...named, other];
  const prompting = withFunction(lock.lock, { ...entry, mode: "prompt" });
  const source = { files, anyEntry: true, lock: { path: lock.path, lock: prompting } };
  const workers = workersOf(await loadProject(source, host));
  const workerAt = (file: string) =>
    workers.find((worker) => resolve(host.cwd, worker.file) === resolve(host.cwd, file));
  const worker = workerAt(inFolder(entry.worker));
  if (!worker) throw new TypeError(`${entry.worker} was loaded and is not there`);
  return { worker, candidate: other === undefined ? undefined : workerAt(other) };
}

/** @throws LlmDoError `configuration` for a candidate whose model its caller would decide */
export function checkOwnModel(candidate: WorkerFunction): void {
  if (candidate.model !== undefined) return;
  throw new LlmDoError({
    code: "configuration",
    verb: "promote",
    what: candidate.file,
    reason: modelless(candidate),
    place: { file: candidate.file },
    tries: ["add the model that it was recorded with to its front matter: its certificate stays"],
  });
}
