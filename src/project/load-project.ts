import { dirname, extname, resolve } from "node:path";
import { LlmDoError } from "../errors/llm-do-error.ts";
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

/** What the files of a project hold, before any name of theirs is resolved. */
export type ProjectParts = Omit<LinkInput, "loaded">;

/**
 * Loads and links a project from its files. The folder of the first file is the project's folder.
 *
 * @throws LlmDoError `file`, `worker`, `code` or `project`, with the place of what is wrong
 */
export async function loadProject(source: ProjectSource, host: Host): Promise<Project> {
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
  const given = worker && { worker, name: "main" };
  const made = codeWorkers({ found: found.workers, given }, host);
  const entry = worker ? nameOf(worker, made) : source.entry;
  const loaded = { workers: [...named, ...made], found, folder, lock: source.lock };
  const { workers, alternatives } = await loadAlternatives(loaded, host);
  const from = { folder, workFolder, cwd: host.cwd };
  const own = { workers, found, alternatives };
  const parts = { ...own, loaded: NO_TOOLSETS, ...from, entry, anyEntry };
  const final = overrides.length === 0 ? parts : overrideEntry(parts, overrides, host);
  return linkParts(final, host);
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
function nameOf(worker: Worker, workers: readonly WorkerDefinition[]): string | undefined {
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
    tries: ['llm-do main.worker "your prompt"'],
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
