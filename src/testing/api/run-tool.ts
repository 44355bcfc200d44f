import type { CallContext } from "../../functions/call-context.ts";
import type { FunctionName } from "../../functions/function-types.ts";
import {
  type ToolFunction,
  toolFunction,
  type WorkerFunction,
} from "../../functions/llm-function.ts";
import { jsonSchemaOf, type Schema } from "../../functions/schema.ts";
import { isTool, type Tool, tool } from "../../functions/tool.ts";
import { callingWorker } from "../../functions/worker-function.ts";
import { coerceText } from "../../functions/worker-input.ts";
import { checkOptions } from "./check-options.ts";
import type { Double } from "./doubles.ts";
import { runObserved } from "./run-observed.ts";
import type { TestOptions, TestRun } from "./test-options.ts";
import { watched } from "./watched-promise.ts";

/** Stands for a function that the tool under test calls: code, or a whole tool. */
export type ToolDouble = Tool | ((input: never, ctx: CallContext) => unknown);

/** Doubles by name; names that `llm-do types` wrote down have types. */
type ToolDoubles = Readonly<Record<string, ToolDouble>> & {
  readonly [Name in FunctionName]?: Tool | Double<Name>;
};

/**
 * What a tool can be called with: what its input schema accepts. A text stands for `{ input: text }`
 * where that fits.
 */
type ToolInput<In> =
  | In
  | ("input" extends keyof In ? ({ input: string } extends In ? string : never) : never);

export interface RunToolOptions
  extends Omit<TestOptions, "doubles" | "script" | "transport" | "live"> {
  /** The tool's name, in calls and in errors. Default: `tool`. */
  readonly name?: string;
  /**
   * Functions that the tool can call, by name. Code gets what the tool passes, a text as `{ input: text }`.
   * A whole tool gets its checked input.
   */
  readonly doubles?: ToolDoubles;
  /**
   * Runs the tool as a worker would: its approval rule applies, and this decides calls that need
   * approval. Without it no approval is needed.
   */
  readonly approvals?: Required<TestOptions>["approvals"];
}

/**
 * Runs one tool by itself, through the same gate as every call: it validates the input, decides the
 * approval if `approvals` is given, and validates the output. Through `ctx` the tool can call the doubles
 * only.
 *
 * @throws LlmDoError for what is wrong with the test: an unknown option, a workspace that is missing
 *
 * @example
 * const run = await runTool(tools.summarize, { paths: ["a.txt"] }, {
 *   doubles: { analyzer: () => "Short." },
 * });
 * run.output; // "Short."
 */
export function runTool<In, Out>(
  subject: Tool<In, Out>,
  input: ToolInput<NoInfer<In>>,
  options: RunToolOptions = {},
): Promise<TestRun<Out>> {
  const running = runAlone(subject, input, options) as Promise<TestRun<unknown>>;
  return watched(running as Promise<TestRun<Out>>, "runTool"); // the gate held it to the output schema
}

async function runAlone(subject: Tool, input: unknown, given: RunToolOptions): Promise<TestRun> {
  checkOptions(given, "runTool");
  const { name = "tool", doubles = {}, ...options } = given;
  const entry = toolFunction(name, subject, FILE);
  const called = Object.entries(doubles).map(([callee, double]) => calledFunction(callee, double));
  const space = new Map([...called, entry].map((target) => [target.name, target]));
  return runObserved(
    {
      files: [],
      input,
      onBehalfOf: options.approvals === undefined ? undefined : callerOf(entry, called),
      load: async ({ cwd }, workFolder = cwd) => ({ folder: cwd, workFolder, space, entry }),
    },
    options,
  );
}

/** Where errors say that these functions stand. */
const FILE = "the test";

function calledFunction(name: string, double: ToolDouble): ToolFunction {
  if (isTool(double)) return toolFunction(name, double, FILE);
  const run = double as Tool["run"]; // takes what the tool passes, which is for the test to know
  const made: Tool = tool({
    description: `Double of ${name}.`,
    input: anything,
    effect: "pure",
    run,
  });
  return toolFunction(name, made, FILE);
}

/** The worker that has the tool in its hands, and the doubles, which need nobody's word. */
function callerOf(entry: ToolFunction, called: readonly ToolFunction[]): WorkerFunction {
  const grants = [entry, ...called].map((target) => {
    const inputSchema = jsonSchemaOf(target.input, "input", target.name);
    const approval = { preApproved: target !== entry, blocked: false };
    return [target.name, { function: target, inputSchema, toolset: "tools", approval }] as const;
  });
  return callingWorker({
    name: "caller",
    description: "Calls the tool of a test.",
    file: FILE,
    functions: new Map(grants),
  });
}

/** What functions take whose schema a test does not know. */
const anything: Schema = {
  "~standard": {
    version: 1,
    vendor: "llm-do",
    validate: (value) => ({ value: coerceText(value) }),
    jsonSchema: { input: () => ({}), output: () => ({}) },
  },
};
