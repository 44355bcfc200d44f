import type { Grant, WorkerFunction } from "./llm-function.ts";
import { workerInputSchema } from "./worker-input.ts";

/** Who calls functions from outside of a project, as the gate sees it: no model, no instructions. */
interface CallingWorker {
  readonly name: string;
  readonly description: string;
  /** What errors name as its file. */
  readonly file: string;
  readonly functions: ReadonlyMap<string, Grant>;
}

export function callingWorker(calling: CallingWorker): WorkerFunction {
  return {
    ...calling,
    kind: "worker",
    instructions: "",
    model: undefined,
    compatibleModels: undefined,
    settings: {},
    serverTools: [],
    input: workerInputSchema,
    output: undefined,
    limits: {},
  };
}
