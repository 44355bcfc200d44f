import type { CallContext } from "./call-context.ts";
import type { InputOf, OutputOf, Schema } from "./schema.ts";

const BRAND = Symbol.for("llm-do.tool");

/**
 * What a tool does to the world, which decides what a replay does with it:
 *
 * - `pure`: nothing; it runs again. What it calls has effects of its own.
 * - `local`: files, processes; it runs again.
 * - `external`: network, time, anything else; it is answered from the cassette.
 */
export type Effect = (typeof EFFECTS)[number];

export const EFFECTS = ["pure", "local", "external"] as const;

export interface ToolSpec<Input extends Schema, Output extends Schema = Schema> {
  /** Told to models. */
  readonly description: string;
  readonly input: Input;
  /** Checked after `run`, when present. */
  readonly output?: Output;
  /** Has no default: a wrong guess leaves a tool untested, or sends mail from a test. */
  readonly effect: Effect;
  run(input: OutputOf<Input>, ctx: CallContext): unknown;
}

export interface Tool {
  readonly description: string;
  readonly input: Schema;
  readonly output: Schema | undefined;
  readonly effect: Effect;
  run(input: unknown, ctx: CallContext): unknown;
}

/**
 * Makes a tool: a typed code function that models and code call by name.
 *
 * @example
 * const add = tool({
 *   description: "Add two numbers.",
 *   input: z.object({ a: z.number(), b: z.number() }),
 *   effect: "pure",
 *   run: ({ a, b }) => a + b,
 * });
 *
 * @throws TypeError when the effect is missing or unknown
 */
export function tool<Input extends Schema, Output extends Schema = Schema>(
  spec: ToolSpec<Input, Output>,
): Tool {
  if (!EFFECTS.includes(spec.effect)) {
    throw new TypeError(
      `tool() needs effect: "pure", "local" or "external"; got ${JSON.stringify(spec.effect)}`,
    );
  }
  const made: Tool & { readonly [BRAND]: true } = {
    [BRAND]: true,
    description: spec.description,
    input: spec.input,
    output: spec.output,
    effect: spec.effect,
    // The gate validates with spec.input first, so the input has the type that run expects.
    run: (input, ctx) => spec.run(input as OutputOf<Input>, ctx),
  };
  return made;
}

/** Whether a value was made by `tool` of this or another installed copy. */
export function isTool(value: unknown): value is Tool {
  return typeof value === "object" && value !== null && BRAND in value;
}

/** What callers of a tool pass to it, before it is checked. */
export type ToolInput<S extends Schema> = InputOf<S>;
