import { dirname, resolve } from "node:path";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import { type LlmFunction, toolFunction } from "../../functions/llm-function.ts";
import { isTool } from "../../functions/tool.ts";
import {
  type BrandedToolsetFactory,
  isToolset,
  isToolsetFactory,
  type SourcedToolset,
  type ToolsetPlace,
} from "../../functions/toolset.ts";
import type { BuiltInFactory } from "../../toolsets/built-in-factory.ts";
import type { ToolsetReference } from "../../worker/toolset-reference.ts";
import { checkTools } from "../load/found-exports.ts";
import { linkError, type Naming } from "./link-errors.ts";

/** What a name in a worker's `toolsets` stands for. */
export type ToolsetSource =
  /** Made for each worker from its configuration. */
  | {
      readonly kind: "factory";
      readonly name: string;
      /** Where it comes from, for messages. */
      readonly file: string;
      readonly factory: BrandedToolsetFactory;
    }
  /** The same, with what the worker's configuration hands on to other workers. */
  | { readonly kind: "built-in"; readonly name: string; readonly make: BuiltInFactory }
  /** The same for all workers; takes no configuration. */
  | { readonly kind: "shared"; readonly functions: readonly LlmFunction[] };

/** What had to be loaded before the workers that name it can be linked. */
export type LoadedToolsets = ReadonlyMap<ToolsetReference, ToolsetSource>;

export const NO_TOOLSETS: LoadedToolsets = new Map();

/**
 * An exported value as a toolset: a toolset, a factory, or a tool by itself.
 *
 * @returns undefined for everything else
 * @throws LlmDoError `code` when a toolset holds what no model could call
 */
export function toolsetSource(
  value: unknown,
  name: string,
  file: string,
): ToolsetSource | undefined {
  if (isToolsetFactory(value)) return { kind: "factory", name, file, factory: value };
  const tools = isToolset(value) ? value.tools : isTool(value) ? { [name]: value } : undefined;
  if (!tools) return undefined;
  checkTools({ tools }, file);
  const functions = Object.entries(tools).map(([own, tool]) => toolFunction(own, tool, file));
  return { kind: "shared", functions };
}

/** The folders that a toolset's place is made from, absolute. */
interface ToolsetFolders {
  /** The project's. */
  readonly folder: string;
  /** What its functions work in; default: the project's. */
  readonly workFolder?: string;
  /** What workers' files are relative to. */
  readonly cwd: string;
}

/** What is made for each worker. */
export interface FactorySource {
  readonly name: string;
  /** Where it comes from, for messages. */
  readonly file: string;
  readonly make: (place: ToolsetPlace) => unknown;
}

/**
 * Makes the toolset of one worker from what that worker's file says of it.
 *
 * @throws LlmDoError `project` with the place when the factory refuses or makes something else
 */
export function makeToolset(
  naming: Naming,
  { name, file, make }: FactorySource,
  folders: ToolsetFolders,
): SourcedToolset {
  let made: unknown;
  try {
    made = make(toolsetPlace(naming, folders));
  } catch (error) {
    const { reason, tries, place } = isLlmDoError(error) ? error : { reason: messageOf(error) };
    const refused = `"${name}" refused its configuration: ${reason}`;
    throw linkError(naming, refused, { cause: error, tries, place });
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
