import type { LlmFunction } from "../../functions/llm-function.ts";
import type { Tool } from "../../functions/tool.ts";
import type { Project } from "../project.ts";

/** What a run of a project's entry can get to. */
export interface Reached {
  /** Fewest calls from the entry to a worker, by the worker's name; 0 for the entry. */
  readonly depths: ReadonlyMap<string, number>;
  readonly tools: ReadonlySet<Tool>;
  /** Names that workers in reach have in their `toolsets`. */
  readonly toolsets: ReadonlySet<string>;
}

/** Follows the grants from the entry; from a code entry, which reaches all, every function's. */
export function reachedFrom({ entry, space }: Project): Reached {
  const depths = new Map<string, number>();
  const tools = new Set<Tool>();
  const toolsets = new Set<string>();
  let level: readonly LlmFunction[] = [entry];
  for (let depth = 0; level.length > 0; depth++) {
    const next: LlmFunction[] = depth === 0 && entry.kind === "tool" ? [...space.values()] : [];
    for (const target of level) {
      if (target.kind === "tool") tools.add(target.tool);
      else if (!depths.has(target.name)) {
        depths.set(target.name, depth);
        for (const grant of target.functions.values()) {
          toolsets.add(grant.toolset);
          next.push(grant.function);
        }
      }
    }
    level = next;
  }
  return { depths, tools, toolsets };
}
