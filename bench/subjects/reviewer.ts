import { z } from "zod";
import {
  type FunctionSpace,
  type LlmFunction,
  type ToolFunction,
  toolFunction,
  type WorkerFunction,
} from "../../src/functions/llm-function.ts";
import { jsonSchemaOf } from "../../src/functions/schema.ts";
import { tool } from "../../src/functions/tool.ts";
import { workerInputSchema } from "../../src/functions/worker-input.ts";
import { type Conversation, TOOL_DESCRIPTION, TOOL_NAME } from "../conversation.ts";

/** A loaded project: a worker with one pure tool, and what is said when it runs. */
export interface Reviewer {
  readonly said: Conversation;
  readonly worker: WorkerFunction;
  readonly space: FunctionSpace;
}

const INPUT = z.object({ path: z.string(), line: z.number() });
const INPUT_SCHEMA = jsonSchemaOf(INPUT, "input", TOOL_NAME);

export function reviewerOf(said: Conversation): Reviewer {
  const readFile = readFileTool(said);
  const worker = workerWith(readFile, said.system);
  const functions: readonly LlmFunction[] = [worker, readFile];
  return { said, worker, space: new Map(functions.map((each) => [each.name, each])) };
}

function readFileTool({ turns }: Conversation): ToolFunction {
  const outputs = new Map(turns.map((turn) => [turn.toolInput.path, turn.toolOutput]));
  const made = tool({
    description: TOOL_DESCRIPTION,
    input: INPUT,
    effect: "pure",
    run: ({ path }) => outputs.get(path) ?? "",
  });
  return toolFunction(TOOL_NAME, made, "tools.ts");
}

function workerWith(readFile: ToolFunction, instructions: string): WorkerFunction {
  const grant = {
    function: readFile,
    inputSchema: INPUT_SCHEMA,
    toolset: "file_tools",
    approval: { preApproved: true, blocked: false },
  };
  return {
    kind: "worker",
    name: "main",
    description: "",
    instructions,
    file: "main.worker",
    model: "anthropic:claude-haiku-4-5",
    compatibleModels: undefined,
    settings: {},
    serverTools: [],
    input: workerInputSchema,
    output: undefined,
    limits: {},
    functions: new Map([[TOOL_NAME, grant]]),
  };
}
