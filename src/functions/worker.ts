import { callPlace } from "../errors/own-frames.ts";
import type { AsJson, Json, JsonObject, JsonSchema } from "../model/json.ts";
import type { ServerTool } from "../model/request.ts";
import type { WorkerLimits } from "../worker/limits.ts";
import type { WorkerSettings } from "../worker/settings.ts";
import type { CallableWorker } from "./function-types.ts";
import type { Schema } from "./schema.ts";
import type { Tool } from "./tool.ts";
import type { BrandedToolsetFactory, Toolset } from "./toolset.ts";
import type { WorkerInput } from "./worker-input.ts";

const BRAND = Symbol.for("llm-do.worker");

/** What code can put into the `toolsets` of a worker, under the name that stands for it. */
export type ToolsetValue = Toolset | BrandedToolsetFactory | Tool | Worker;

/**
 * One entry of `toolsets`: the configuration of what the name means to the project, as in a `.worker`
 * file; or a value; or a value with its configuration, such as `[searchTools, { limit: 5 }]`.
 */
export type ToolsetUse = ToolsetValue | JsonObject | null | readonly [ToolsetValue, JsonObject];

/** What `worker` takes. The words are those of front matter, in the spelling of code. */
export interface WorkerSpec<
  Input extends Schema | JsonSchema | undefined = Schema | JsonSchema | undefined,
  Output extends Schema | JsonSchema | undefined = Schema | JsonSchema | undefined,
> {
  /**
   * What callers call: 1 to 64 letters, digits, `_` or `-`. Default: the name of the export, the name
   * in the `toolsets` of another worker, or `main` for the worker of a run.
   */
  readonly name?: string;
  /** What a calling model reads about the worker. */
  readonly description?: string;
  /** The prompt: what a file has below its front matter. */
  readonly instructions: string;
  /** `provider:model`. Excludes `compatibleModels`. */
  readonly model?: string;
  /** Patterns for the models that may run it, such as `anthropic:*`. Default: any model. */
  readonly compatibleModels?: readonly string[];
  /** Marks the function that a run of the project's files starts with. Default: false. */
  readonly entry?: boolean;
  /** What its model may call, by name. A list has names that need no configuration. */
  readonly toolsets?: Readonly<Record<string, ToolsetUse>> | readonly string[];
  /** Tools that the provider runs. */
  readonly serverTools?: readonly ServerTool[];
  /** What callers pass: an object. Default: `{ input, attachments? }`. */
  readonly input?: Input;
  /** What the answer, read as JSON, must fit. Default: the answer is text. */
  readonly output?: Output;
  /** How the model answers. */
  readonly settings?: WorkerSettings;
  /** What a run of it may use up. */
  readonly limits?: WorkerLimits;
}

/** What callers of a worker pass. */
export type WorkerTakes<Input> = [Input] extends [Schema<infer In, infer _>]
  ? In
  : [Input] extends [undefined]
    ? WorkerInput
    : unknown;

/** What callers of a worker get. */
export type WorkerGives<Output> = [Output] extends [Schema<infer _, infer Out>]
  ? AsJson<Out>
  : [Output] extends [undefined]
    ? string
    : Json;

/**
 * A worker, as `worker` makes it. TypeScript knows what callers pass and what they get. Every worker
 * is a `Worker`.
 */
export interface Worker<In = unknown, Out = unknown> extends CallableWorker<In, Out> {
  readonly spec: WorkerSpec;
}

/**
 * Makes a worker: a function whose body is a prompt. It is called like one from a `.worker` file with
 * the same words, and its recordings have the same keys. Export it from a code file, pass it to
 * `run({ worker, input })`, call it with `ctx.call(classify, input)`, or name it in the `toolsets` of
 * another worker. What is wrong with it is reported when a project loads it, with the place of the call.
 *
 * @example
 * export const classify = worker({
 *   model: "anthropic:claude-haiku-4-5",
 *   instructions: "Classify the message.",
 *   input: z.object({ text: z.string() }),
 *   output: z.object({ kind: z.enum(["bug", "question"]) }),
 * });
 * const { output } = await run({ worker: classify, input: { text: "It crashes." } });
 * output.kind; // "bug"
 */
export function worker<
  Input extends Schema | JsonSchema | undefined = undefined,
  Output extends Schema | JsonSchema | undefined = undefined,
>(spec: WorkerSpec<Input, Output>): Worker<WorkerTakes<Input>, WorkerGives<Output>> {
  if (typeof spec !== "object" || spec === null) {
    throw new TypeError('worker() needs an object, such as { instructions: "..." }');
  }
  const made: Worker<WorkerTakes<Input>, WorkerGives<Output>> & { readonly [BRAND]: true } = {
    [BRAND]: true,
    spec: { ...spec },
    place: callPlace(worker),
  };
  return made;
}

/** Whether a value was made by `worker` of this or another installed copy. */
export function isWorker(value: unknown): value is Worker {
  return typeof value === "object" && value !== null && BRAND in value;
}
