import { resolve } from "node:path";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { WorkerFunction } from "../functions/llm-function.ts";
import type { Host } from "../host/host.ts";
import { loadProject } from "../project/load-project.ts";
import type { Project } from "../project/project.ts";
import { WORKER_EXTENSION } from "../project/project-files.ts";

export interface LoadedWorker {
  readonly project: Project;
  readonly worker: WorkerFunction;
}

/**
 * Loads a worker with the project's files that it needs.
 *
 * @param file path of its `.worker` file
 * @throws LlmDoError `usage` for another file; what is wrong with the project otherwise
 */
export async function loadWorker(
  file: string,
  others: readonly string[],
  host: Host,
): Promise<LoadedWorker> {
  if (!file.endsWith(WORKER_EXTENSION)) throw noWorker(file);
  const project = await loadProject({ files: [file, ...others], anyEntry: true }, host);
  const path = resolve(host.cwd, file);
  const worker = workersOf(project).find((each) => resolve(host.cwd, each.file) === path);
  if (!worker) throw new TypeError(`${file} was loaded and is not there`);
  return { project, worker };
}

/** The workers of a project. */
export function workersOf({ space }: Project): readonly WorkerFunction[] {
  return [...space.values()].filter((each) => each.kind === "worker");
}

function noWorker(file: string): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "harden",
    what: file,
    reason: "it is not a .worker file",
    tries: ["llm-do harden main.worker --with tools.ts"],
  });
}
