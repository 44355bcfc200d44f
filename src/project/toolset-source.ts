import { type LlmFunction, toolFunction } from "../functions/llm-function.ts";
import { isTool } from "../functions/tool.ts";
import { isToolset, isToolsetFactory, type ToolsetFactory } from "../functions/toolset.ts";
import type { BuiltInFactory } from "../toolsets/built-in-factory.ts";
import type { ToolsetReference } from "../worker/toolset-reference.ts";
import { checkTools } from "./found-exports.ts";

/** What a name in a worker's `toolsets` stands for. */
export type ToolsetSource =
  /** Made for each worker from its configuration. */
  | {
      readonly kind: "factory";
      readonly name: string;
      /** Where it comes from, for messages. */
      readonly file: string;
      readonly make: ToolsetFactory;
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
  if (isToolsetFactory(value)) return { kind: "factory", name, file, make: value.make };
  const tools = isToolset(value) ? value.tools : isTool(value) ? { [name]: value } : undefined;
  if (!tools) return undefined;
  checkTools({ tools }, file);
  const functions = Object.entries(tools).map(([own, tool]) => toolFunction(own, tool, file));
  return { kind: "shared", functions };
}
