import { join, relative, resolve } from "node:path";
import { isLlmDoError, type LlmDoError } from "../../../errors/llm-do-error.ts";
import type { WorkerFunction } from "../../../functions/llm-function.ts";
import type { Host } from "../../../host/host.ts";
import { WORKER_EXTENSION } from "../../../project/project-files.ts";
import { projectTop } from "../../../project/project-paths.ts";
import { loadWorker } from "../../load-worker.ts";

/** The workers of a project, and those that cannot be loaded by themselves. */
export interface ProjectWorkers {
  readonly workers: readonly WorkerFunction[];
  readonly unloaded: readonly { readonly file: string; readonly error: LlmDoError }[];
}

/** The `.worker` files of a folder, and of the project of the current folder where none is named. */
export function workerFilesOf(folder: string | undefined, host: Host): readonly string[] {
  return [...workerFilesIn(folder ? resolve(host.cwd, folder) : projectTop(host.cwd, host), host)];
}

/**
 * Loads each of these `.worker` files by itself, or with the others of its folder where it calls some. No
 * code is run but what a worker names itself.
 *
 * @param others `--with`: files that workers need beside
 */
export async function projectWorkers(
  files: readonly string[],
  others: readonly string[],
  host: Host,
): Promise<ProjectWorkers> {
  const workers: WorkerFunction[] = [];
  const unloaded: { file: string; error: LlmDoError }[] = [];
  for (const file of files) {
    const beside = files.filter((each) => each !== file && folderOf(each) === folderOf(file));
    const found = await loadedOf(file, [others, [...others, ...beside]], host);
    if (isLlmDoError(found)) unloaded.push({ file, error: found });
    else workers.push(found);
  }
  return { workers, unloaded };
}

/** The worker with the first of these lists of files that it loads with, else what is wrong alone. */
async function loadedOf(
  file: string,
  lists: readonly (readonly string[])[],
  host: Host,
): Promise<WorkerFunction | LlmDoError> {
  let first: LlmDoError | undefined;
  for (const others of lists) {
    try {
      return (await loadWorker(file, others, host)).worker;
    } catch (error) {
      if (!isLlmDoError(error)) throw error;
      first ??= error;
    }
  }
  if (!first) throw new TypeError(`${file} was not tried`);
  return first;
}

function folderOf(file: string): string {
  return resolve(file, "..");
}

function* workerFilesIn(folder: string, place: Pick<Host, "files" | "cwd">): Generator<string> {
  const { files, cwd } = place;
  for (const name of files.list(folder)) {
    const path = join(folder, name);
    const kind = name === "node_modules" ? undefined : files.stat(path)?.kind;
    if (kind === "directory" && !name.startsWith(".")) yield* workerFilesIn(path, place);
    if (kind === "file" && name.endsWith(WORKER_EXTENSION)) yield relative(cwd, path);
  }
}
