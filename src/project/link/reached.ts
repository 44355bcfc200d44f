import type { Grant, LlmFunction, Offer } from "../../functions/llm-function.ts";
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

/** An offer stands for the worker that a model may make of it. */
type Reachable = LlmFunction | Offer;

/** Follows the grants from the entry; from a code entry, which reaches all, every function's. */
export function reachedFrom({ entry, space }: Project): Reached {
  const depths = new Map<string, number>();
  const tools = new Set<Tool>();
  const toolsets = new Set<string>();
  let level: readonly Reachable[] = [entry];
  for (let depth = 0; level.length > 0; depth++) {
    const next: Reachable[] = depth === 0 && entry.kind === "tool" ? [...space.values()] : [];
    const follow = (grants: Iterable<Grant>) => {
      for (const grant of grants) {
        toolsets.add(grant.toolset);
        next.push(grant.function);
      }
    };
    for (const target of level) {
      if (target.kind === "offer") follow(target.grants);
      else if (target.kind === "tool") {
        tools.add(target.tool);
        if (target.workers) next.push(target.workers.offer);
      } else if (!depths.has(target.name)) {
        depths.set(target.name, depth);
        follow(target.functions.values());
      }
    }
    level = next;
  }
  return { depths, tools, toolsets };
}
