import { dirname, extname, resolve } from "node:path";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { LlmFunction } from "../functions/llm-function.ts";
import type { Worker } from "../functions/worker.ts";
import type { Host } from "../host/host.ts";
import type { SetOverride } from "../worker/overrides.ts";
import { parseWorker } from "../worker/parse-worker.ts";
import type { WorkerDefinition } from "../worker/worker-definition.ts";
import { findEntry, type LinkInput, linkProject } from "./link/link-project.ts";
import { loadSchemas } from "./link/load-schemas.ts";
import { loadToolsets } from "./link/load-toolsets.ts";
import { NO_TOOLSETS } from "./link/toolset-source.ts";
import { codeWorkers } from "./load/code-workers.ts";
import { exportSource, type FoundExports, findExports, NO_EXPORTS } from "./load/found-exports.ts";
import { loadCodeFile } from "./load/load-code-file.ts";
import { loadAlternatives } from "./lock/load-alternatives.ts";
import type { FoundLock } from "./lock/lock-store.ts";
import type { Project } from "./project.ts";
import { checkFile, WORKER_EXTENSION } from "./project-files.ts";

export interface ProjectSource {
  /**
   * A worker that code made, which is the entry. Its name is `main` where neither it nor the project's
   * files give it one.
   */
  readonly worker?: Worker | undefined;
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

/** The name of a worker that a program runs, where nothing gives it one. */
const DEFAULT_NAME = "main";

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
  /**
   * The project with a worker that code made as its entry: one of its own, or one beside them, which
   * is linked once. Its name is `main` where it says none.
   *
   * @throws LlmDoError `worker` or `project`, with the place where the worker was made
   */
  readonly withWorker: (worker: Worker) => Promise<Project>;
}

/** Loads and links a project once for runs of several entries; throws as {@link loadProject} does. */
export async function loadWhole(
  { files, worker }: Pick<ProjectSource, "files" | "worker">,
  host: Host,
): Promise<WholeProject> {
  const parts = await partsOf({ files, worker, anyEntry: true }, host);
  const project = await linkParts(parts, host);
  const entryOf = (entry: string | undefined) => {
    const named = entry === undefined ? undefined : project.space.get(entry);
    if (named) return named;
    const { name } = findEntry({ ...parts, loaded: NO_TOOLSETS, entry, anyEntry: false });
    return project.space.get(name) ?? project.entry;
  };
  const linked = new WeakMap<Worker, Promise<Project>>();
  const withWorker = (given: Worker) => {
    const entry = functionOf(given, project);
    const made =
      linked.get(given) ??
      (entry ? Promise.resolve({ ...project, entry }) : linkGiven(given, parts, host));
    linked.set(given, made);
    return made;
  };
  return { project, entryOf, withWorker };
}

/** The function that code made as this worker. */
function functionOf(worker: Worker, { space }: Project): LlmFunction | undefined {
  return [...space.values()].find(({ inCode }) => inCode?.value === worker);
}

async function linkGiven(worker: Worker, parts: ProjectParts, host: Host): Promise<Project> {
  const made = codeWorkers(
    { found: parts.found.workers, given: { worker, name: DEFAULT_NAME } },
    host,
  );
  const isKnown = (one: WorkerDefinition) =>
    parts.workers.some(
      ({ name, inCode }) => name === one.name && inCode?.value === one.inCode?.value,
    );
  const workers = [...parts.workers, ...made.filter((one) => !isKnown(one))];
  return linkParts({ ...parts, workers, entry: entryName(worker, made) }, host);
}

/** What the files of a project hold, with what `--set` puts into its entry worker. */
async function partsOf(source: ProjectSource, host: Host): Promise<ProjectParts> {
  const [first] = source.files;
  const { worker } = source;
  if (first === undefined && !worker) throw noFiles();
  const named: WorkerDefinition[] = [];
  let found: FoundExports = NO_EXPORTS;
  for (const [path, file] of distinct(source.files, host)) {
    if (extname(path) === WORKER_EXTENSION)
      named.push(parseWorker(host.files.readText(path), file));
    else found = findExports(await loadCodeFile(path, host), exportSource(path, host), found);
  }
  const folder = first === undefined ? host.cwd : dirname(resolve(host.cwd, first));
  const { anyEntry = false, overrides = [], workFolder = folder } = source;
  const given = worker && { worker, name: DEFAULT_NAME };
  const made = codeWorkers({ found: found.workers, given }, host);
  const entry = worker ? entryName(worker, made) : source.entry;
  const loaded = { workers: [...named, ...made], found, folder, lock: source.lock };
  const own = await loadAlternatives(loaded, host);
  const from = { folder, workFolder, cwd: host.cwd };
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

/** The name under which a project knows a worker that code made. */
function entryName(worker: Worker, workers: readonly WorkerDefinition[]): string | undefined {
  return workers.find(({ inCode }) => inCode?.value === worker)?.name;
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
  if (!before || before.inCode) throw cannotSet(entry.name);
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
