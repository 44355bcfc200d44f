import type { WorkerDefinition } from "../worker/worker-definition.ts";
import type { Grant, WorkerFunction } from "./llm-function.ts";
import type { Schema } from "./schema.ts";
import { workerInputSchema } from "./worker-input.ts";

/** What a definition refers to, found. */
interface LinkedParts {
  readonly functions: ReadonlyMap<string, Grant>;
  /** Default: text and attachments. */
  readonly input: Schema | undefined;
  readonly output: Schema | undefined;
}

/** A worker as a caller sees it. */
export function workerFunction(
  definition: WorkerDefinition,
  { functions, input, output }: LinkedParts,
): WorkerFunction {
  const { name, description, instructions, file, model, compatibleModels } = definition;
  return {
    kind: "worker",
    name,
    description: description ?? `Worker ${name}.`,
    instructions,
    file,
    model,
    compatibleModels,
    settings: definition.settings,
    serverTools: definition.serverTools,
    input: input ?? workerInputSchema,
    output,
    limits: definition.limits,
    functions,
    ...(definition.inCode ? { inCode: definition.inCode } : {}),
  };
}

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
