import type { Message } from "../model/message.ts";
import type {
  CallableWorker,
  CalledWith,
  CallGives,
  FunctionInput,
  FunctionName,
  FunctionOutput,
} from "./function-types.ts";

/** What a tool's `run` gets beside its input: the way back into the function space. */
export interface CallContext {
  /**
   * Calls a function by name, or a worker that code made. Such a worker must be a function of the
   * project: exported by a code file, or in the `toolsets` of a worker. Under a worker it reaches that worker's functions and passes the gate
   * under its configuration; in a code entry it reaches every function of the project, ungated.
   * A text stands for `{ input: text }` where the function's input schema has a property `input`.
   *
   * `llm-do types` writes a file from which TypeScript knows the names and what they take and give.
   *
   * What passes in both directions is JSON, copied: a `Date` arrives as a text, nothing as null.
   *
   * @example
   * const summary = await ctx.call("summarizer", text);
   * const { kind } = await ctx.call(classify, { text });
   *
   * @throws LlmDoError `call` when the function fails, with what it threw as the cause;
   * `approval-denied` when the call is denied
   */
  call<Target extends FunctionName | CallableWorker>(
    target: Target,
    input: CalledWith<Target>,
  ): Promise<CallGives<Target>>;
  /** The same, as methods: `ctx.functions.analyzer("...")`. */
  readonly functions: {
    readonly [Name in FunctionName]: (input: FunctionInput<Name>) => Promise<FunctionOutput<Name>>;
  };
  /** Calls above this one. */
  readonly depth: number;
  readonly maxDepth: number;
  /** The model of the nearest worker above; in a code entry, what workers without one inherit. */
  readonly model: string | undefined;
  /** The text that the nearest worker above, or else the run, was given. */
  readonly prompt: string;
  /** The conversation of the nearest worker above, so far. */
  readonly messages: readonly Message[];
  /**
   * Aborts when the run ends early; pass it on to whatever takes long. An external tool has up to 30
   * seconds to end by itself, so that what it did is recorded; its signal aborts after that.
   */
  readonly signal: AbortSignal;
  /** Absolute path of the project's folder. */
  readonly cwd: string;
  /** Milliseconds since 1970; recorded, so that a replay sees the same. */
  now(): number;
  /** A number in [0, 1); recorded, so that a replay sees the same. */
  random(): number;
}
