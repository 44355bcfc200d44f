import { dirname, resolve } from "node:path";
import { isLlmDoError } from "../errors/llm-do-error.ts";
import { messageOf } from "../errors/message-of.ts";
import { isToolset, type Toolset, type ToolsetPlace } from "../functions/toolset.ts";
import { checkTools } from "./found-exports.ts";
import { linkError, type Naming } from "./link-error.ts";
import type { ToolsetSource } from "./toolset-source.ts";

/** The folders that a toolset's place is made from, absolute. */
export interface ToolsetFolders {
  /** The project's. */
  readonly folder: string;
  /** What its functions work in; default: the project's. */
  readonly workFolder?: string;
  /** What workers' files are relative to. */
  readonly cwd: string;
}

/** What is made for each worker. */
export type FactorySource = Omit<Extract<ToolsetSource, { kind: "factory" }>, "kind">;

/**
 * Makes the toolset of one worker from what that worker's file says of it.
 *
 * @throws LlmDoError `project` with the place when the factory refuses or makes something else
 */
export function makeToolset(
  naming: Naming,
  { name, file, make }: FactorySource,
  folders: ToolsetFolders,
): Toolset {
  let made: unknown;
  try {
    made = make(naming.reference.config, toolsetPlace(naming, folders));
  } catch (error) {
    const { reason, tries } = isLlmDoError(error)
      ? error
      : { reason: messageOf(error), tries: undefined };
    const refused = `"${name}" refused its configuration: ${reason}`;
    throw linkError(naming, refused, { cause: error, ...(tries ? { tries } : {}) });
  }
  if (isToolset(made)) {
    checkTools(made, file);
    return made;
  }
  const tries = ["return toolset({ ... })"];
  throw linkError(naming, `"${name}" made something that is not a toolset`, { tries });
}

function toolsetPlace(
  { worker }: Naming,
  { folder, workFolder = folder, cwd }: ToolsetFolders,
): ToolsetPlace {
  const workerPath = resolve(cwd, worker.file);
  return { cwd: workFolder, workerName: worker.name, workerPath, workerDir: dirname(workerPath) };
}
