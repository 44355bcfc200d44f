import { type Toolset, workersToolset } from "../../functions/toolset.ts";
import type { ConfinedFiles } from "../../host/confined/confined-files.ts";
import type { JsonObject } from "../../model/json.ts";
import type { BuiltInPlace } from "../built-in-factory.ts";
import { MadeWorkers } from "./made-workers.ts";
import { workerCallTool } from "./worker-call.ts";
import { workerCreateTool } from "./worker-create.ts";
import { WorkerFolder } from "./worker-folder.ts";
import { readWorkersConfig } from "./workers-config.ts";

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
