import { resolve } from "node:path";
import { type Field, fieldAt, wrongValue } from "../../format/reader.ts";
import { type Toolset, workersToolset } from "../../functions/toolset.ts";
import type { ConfinedFiles } from "../../host/confined/confined-files.ts";
import { stepsBelow } from "../../host/steps-below.ts";
import type { BuiltInPlace } from "../built-in-factory.ts";
import { MadeWorkers } from "./made-workers.ts";
import { WorkerFolder } from "./worker-folder.ts";
import { workerCallTool, workerCreateTool } from "./worker-tools.ts";
import { WORKERS } from "./workers-config.ts";

/**
 * The toolset `workers`: a model writes workers and calls them. They get what is offered here, as it
 * is configured and approved of here, and nothing by anything that their text says.
 *
 * @throws LlmDoError for what is wrong with the configuration, with its place
 */
export function makeWorkers(
  config: Field,
  { cwd, offer, isTaken }: BuiltInPlace,
  files: ConfinedFiles,
): Toolset {
  const { folder: written, models = [] } = WORKERS.read(config);
  const folder = folderBelow(cwd, written, config);
  const workers = new MadeWorkers({ offer, models }, new WorkerFolder(folder, cwd, files), isTaken);
  const tools = { worker_create: workerCreateTool(workers), worker_call: workerCallTool() };
  return workersToolset(tools, workers);
}

/** Not the project's folder itself: what stands there was written by a person. */
function folderBelow(projectFolder: string, written: string, config: Field): string {
  const steps = stepsBelow(projectFolder, resolve(projectFolder, written)) ?? [];
  if (steps.length > 0) return steps.join("/");
  throw wrongValue(fieldAt(config, ["folder"]), WORKERS.keys.folder.expects);
}
