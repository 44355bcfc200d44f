import { dirname, extname, resolve } from "node:path";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { LlmFunction } from "../functions/llm-function.ts";
import type { Host } from "../host/host.ts";
import type { SetOverride } from "../worker/overrides.ts";
import { parseWorker } from "../worker/parse-worker.ts";
import type { WorkerDefinition } from "../worker/worker-definition.ts";
import { findEntry, type LinkInput, linkProject } from "./link/link-project.ts";
import { loadSchemas } from "./link/load-schemas.ts";
import { loadToolsets } from "./link/load-toolsets.ts";
import { NO_TOOLSETS } from "./link/toolset-source.ts";
import { exportSource, type FoundExports, findExports, NO_EXPORTS } from "./load/found-exports.ts";
import { loadCodeFile } from "./load/load-code-file.ts";
import { loadAlternatives } from "./lock/load-alternatives.ts";
import type { FoundLock } from "./lock/lock-store.ts";
import type { Project } from "./project.ts";
import { checkFile, WORKER_EXTENSION } from "./project-files.ts";

export interface ProjectSource {
  /** Paths of `.worker` and code files, relative to the host's current folder. */
  readonly files: readonly string[];
  /** `--entry`; default: see {@link linkProject}. */
  readonly entry?: string | undefined;
  /** Takes any function where nothing says which one is the entry: for what does not start it. */
  readonly anyEntry?: boolean;
  /** `--set`, for the entry worker only. */
  readonly overrides?: readonly SetOverride[];
  /**
   * The folder in which the project's functions work, absolute. Default: the project's own; a test
   * gives them a copy of what they may change.
   */
  readonly workFolder?: string | undefined;
  /** In the place of the lock file that the project has: for what is about to write one. */
  readonly lock?: FoundLock | undefined;
}

/** What the files of a project hold, before any name of theirs is resolved. */
export type ProjectParts = Omit<LinkInput, "loaded">;

/**
 * Loads and links a project from its files. The folder of the first file is the project's folder.
 *
 * @throws LlmDoError `file`, `worker`, `code` or `project`, with the place of what is wrong
 */
export async function loadProject(source: ProjectSource, host: Host): Promise<Project> {
  return linkParts(await partsOf(source, host), host);
}

/** A project that any of its functions may be the entry of. */
interface WholeProject {
  /** Its entry is only what a run starts with that names none. */
  readonly project: Project;
  /**
   * The function that a run starts with.
   *
   * @param name default: the worker that says `entry: true`, else `main`, else the only function
   * @throws LlmDoError `project` where there is no such function
   */
  readonly entryOf: (name: string | undefined) => LlmFunction;
}

/** Loads and links a project once for runs of several entries; throws as {@link loadProject} does. */
export async function loadWhole(
  { files }: Pick<ProjectSource, "files">,
  host: Host,
): Promise<WholeProject> {
  const parts = await partsOf({ files, anyEntry: true }, host);
  const project = await linkParts(parts, host);
  const entryOf = (entry: string | undefined) => {
    const named = entry === undefined ? undefined : project.space.get(entry);
    if (named) return named;
    const { name } = findEntry({ ...parts, loaded: NO_TOOLSETS, entry, anyEntry: false });
    return project.space.get(name) ?? project.entry;
  };
  return { project, entryOf };
}

/** What the files of a project hold, with what `--set` puts into its entry worker. */
async function partsOf(source: ProjectSource, host: Host): Promise<ProjectParts> {
  const [first] = source.files;
  if (first === undefined) throw noFiles();
  const named: WorkerDefinition[] = [];
  let found: FoundExports = NO_EXPORTS;
  for (const [path, file] of distinct(source.files, host)) {
    if (extname(path) === WORKER_EXTENSION)
      named.push(parseWorker(host.files.readText(path), file));
    else found = findExports(await loadCodeFile(path, host), exportSource(path, host), found);
  }
  const folder = dirname(resolve(host.cwd, first));
  const { entry, anyEntry = false, overrides = [], workFolder = folder } = source;
  const loaded = { workers: named, found, folder, lock: source.lock };
  const { workers, alternatives } = await loadAlternatives(loaded, host);
  const from = { folder, workFolder, cwd: host.cwd };
  const own = { workers, found, alternatives };
  const parts = { ...own, loaded: NO_TOOLSETS, ...from, entry, anyEntry };
  return overrides.length === 0 ? parts : overrideEntry(parts, overrides, host);
}

/**
 * Loads what workers name beside the project's files, and links it all.
 *
 * @throws LlmDoError `code` or `project`, with the place of what is wrong
 */
export async function linkParts(parts: ProjectParts, host: Host): Promise<Project> {
  const loaded = await loadToolsets(parts, host);
  const schemas = await loadSchemas(parts.workers, { folder: parts.folder, host });
  return linkProject({ ...parts, loaded, schemas });
}

/** Checked paths with the files as named; a file that is named twice is loaded once. */
function distinct(files: readonly string[], host: Host): ReadonlyMap<string, string> {
  const byPath = new Map<string, string>();
  for (const file of files) {
    const path = checkFile(file, host);
    if (!byPath.has(path)) byPath.set(path, file);
  }
  return byPath;
}

/** Reads the entry worker again, with what `--set` puts into its front matter. */
function overrideEntry(parts: LinkInput, overrides: readonly SetOverride[], host: Host): LinkInput {
  const entry = findEntry(parts);
  const before = parts.workers.find((worker) => worker.name === entry.name);
  if (!before) throw cannotSet(entry.name);
  const text = host.files.readText(resolve(host.cwd, before.file));
  const after = parseWorker(text, before.file, overrides);
  const workers = parts.workers.map((worker) => (worker === before ? after : worker));
  return { ...parts, workers, entry: after.name };
}

function noFiles(): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "load",
    what: "project",
    reason: "no files are named",
    tries: [
      {
        flags: 'llm-do main.worker "your prompt"',
        options: 'name the project\'s files: files: ["main.worker", "tools.ts"]',
      },
    ],
  });
}

function cannotSet(entry: string): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "set",
    what: entry,
    reason: "--set changes the front matter of the entry worker, and the entry is code",
    tries: ["name a worker with --entry"],
  });
}
