import { extname, resolve } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Place } from "../../errors/place.ts";
import type { Candidate, WorkerFunction } from "../../functions/llm-function.ts";
import type { Host } from "../../host/host.ts";
import { parseWorker } from "../../worker/parse-worker.ts";
import type { WorkerDefinition } from "../../worker/worker-definition.ts";
import { exportSource, type FoundExports, findExports } from "../load/found-exports.ts";
import { loadCodeFile } from "../load/load-code-file.ts";
import { isProjectFile, WORKER_EXTENSION } from "../project-files.ts";
import { shown } from "../project-paths.ts";
import type { LockedFunction } from "./lock-file.ts";

/** The parts of a project, to which what only a candidate needs is added. */
export interface GrowingProject {
  readonly workers: WorkerDefinition[];
  /** Absolute paths of files that are there for a candidate alone. */
  readonly added: Set<string>;
  found: FoundExports;
}

interface CandidateScope {
  /** The lock file's, absolute. */
  readonly folder: string;
  /** Where the lock file names it. */
  readonly place: Place;
  readonly host: Host;
}

/**
 * Adds a worker that stands in the place of a tool to a project, with the files that the lock file
 * names for both, as far as they are not in it.
 *
 * @returns tells it from the others once they are linked
 * @throws LlmDoError `project` when there is no such file; what reading a worker or code throws
 */
export async function addCandidate(
  { tool, with: others = [] }: Pick<LockedFunction, "tool" | "with">,
  project: GrowingProject,
  { folder, place, host }: CandidateScope,
): Promise<(workerAt: (path: string) => WorkerFunction | undefined) => Candidate> {
  for (const file of [tool, ...others]) {
    const path = resolve(folder, file);
    if (isIn(project, path, host)) continue;
    if (host.files.stat(path)?.kind !== "file") throw notThere(file, path, { place, host });
    project.added.add(path);
    if (extname(path) === WORKER_EXTENSION) {
      project.workers.push(parseWorker(host.files.readText(path), shown(path, host)));
    } else if (isProjectFile(path)) {
      const source = exportSource(path, host);
      project.found = findExports(await loadCodeFile(path, host), source, project.found);
    }
  }
  const path = resolve(folder, tool);
  return (workerAt) => {
    const worker = workerAt(path);
    if (!worker) throw new TypeError(`${tool} is a worker's candidate and is not linked`);
    return { kind: "worker", worker };
  };
}

function isIn({ workers, found }: GrowingProject, path: string, { cwd }: Host): boolean {
  const files = [workers, ...Object.values(found)].flat().map(({ file }) => resolve(cwd, file));
  return files.includes(path);
}

function notThere(
  what: string,
  path: string,
  { place, host }: Pick<CandidateScope, "place" | "host">,
): LlmDoError {
  const reason = `there is no file ${shown(path, host)}`;
  const tries = ["correct the path"];
  return new LlmDoError({ code: "project", verb: "load", what, reason, place, tries });
}
