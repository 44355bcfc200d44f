import { resolve } from "node:path";
import { type Toolset, workersToolset } from "../../functions/toolset.ts";
import type { ConfinedFiles } from "../../host/confined/confined-files.ts";
import { stepsBelow } from "../../host/steps-below.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { BuiltInPlace } from "../built-in-factory.ts";
import { ConfigKeys } from "../config-keys.ts";
import { MadeWorkers } from "./made-workers.ts";
import { WorkerFolder } from "./worker-folder.ts";
import { workerCallTool, workerCreateTool } from "./worker-tools.ts";

/**
 * The toolset `workers`: a model writes workers and calls them. They get what is offered here, as it
 * is configured and approved of here, and nothing by anything that their text says.
 *
 * @throws LlmDoError `configuration`
 */
export function makeWorkers(
  config: JsonObject,
  { cwd, offer, isTaken }: BuiltInPlace,
  files: ConfinedFiles,
): Toolset {
  const { folder, models } = readWorkersConfig(config, cwd);
  const workers = new MadeWorkers({ offer, models }, new WorkerFolder(folder, cwd, files), isTaken);
  const tools = { worker_create: workerCreateTool(workers), worker_call: workerCallTool() };
  return workersToolset(tools, workers);
}

/** What a worker says of its `workers`, beside what it offers. */
interface WorkersConfig {
  /** Relative to the project's folder, and below it. */
  readonly folder: string;
  /** Patterns that a model which a made worker names must fit; empty: it may name none. */
  readonly models: readonly string[];
}

/** The keys of a configuration, each with what it must be. */
export const WORKERS_KEYS = {
  folder: "the path of a folder below the project's",
  toolsets: "a map of toolsets with their configuration",
  models: "a list of model patterns",
} as const;

const keys = new ConfigKeys("workers", WORKERS_KEYS);

export const DEFAULT_FOLDER = "made_workers";

/**
 * Reads what a worker's file says below `workers`; what it offers is linked and not read here.
 *
 * @param projectFolder absolute
 * @throws LlmDoError `configuration`
 */
function readWorkersConfig(config: JsonObject, projectFolder: string): WorkersConfig {
  const { folder, models } = keys.fieldsOf(config);
  return {
    folder: folder === undefined ? DEFAULT_FOLDER : readFolder(folder, projectFolder),
    models: models === undefined ? [] : readModels(models),
  };
}

/** Not the project's folder itself: what stands there was written by a person. */
function readFolder(value: Json, projectFolder: string): string {
  const isPath = typeof value === "string" && !value.includes("\0") && !value.startsWith("~");
  if (!isPath) throw keys.wrongValue("folder");
  const steps = stepsBelow(projectFolder, resolve(projectFolder, value)) ?? [];
  if (steps.length > 0) return steps.join("/");
  throw keys.wrongValue("folder");
}

function readModels(value: Json): readonly string[] {
  const patterns: readonly Json[] = Array.isArray(value) ? value : [];
  const isList = patterns.every((pattern) => typeof pattern === "string" && pattern.trim() !== "");
  if (patterns.length > 0 && isList) return patterns.map(String);
  throw keys.wrongValue("models");
}
