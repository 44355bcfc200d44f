import { resolve } from "node:path";
import type { ToolFunction } from "../../functions/llm-function.ts";
import type { Alternatives, StandIn } from "./load-alternatives.ts";

/** Tells which tools are the code of a worker, by where they are exported. */
export class StandInTools {
  readonly #standIns: readonly StandIn[];
  readonly #cwd: string;

  constructor({
    alternatives,
    cwd,
  }: {
    readonly alternatives?: Alternatives | undefined;
    readonly cwd: string;
  }) {
    this.#standIns = alternatives?.standIns ?? [];
    this.#cwd = cwd;
  }

  /**
   * The name of the worker that a tool stands in for; undefined for any other tool.
   *
   * @param toolset the exported toolset that it is in, if any
   */
  workerOf({ name, file }: ToolFunction, toolset?: string): string | undefined {
    const path = resolve(this.#cwd, file);
    return this.#standIns.find(
      (one) => one.tool === name && one.path === path && one.toolset === toolset,
    )?.worker;
  }
}
