import { resolve } from "node:path";
import { stepsBelow } from "../../host/steps-below.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import { ConfigKeys } from "../config-keys.ts";

/** What a worker says of its `workers`, beside what it offers. */
export interface WorkersConfig {
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
export function readWorkersConfig(config: JsonObject, projectFolder: string): WorkersConfig {
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
