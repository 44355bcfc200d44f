import type { Admission, Preview } from "../approval/approval-request.ts";
import type { ApprovalRule } from "../approval/decide.ts";
import type { AsJson, Frozen, JsonObject, Widened } from "../model/json.ts";
import type { CallContext } from "./call-context.ts";
import { type InputOf, isSchema, type OutputOf, type Schema } from "./schema.ts";

export type { ApprovalRule } from "../approval/decide.ts";

const BRAND = Symbol.for("llm-do.tool");

/**
 * What a tool affects. It decides what a replay does with a call:
 *
 * - `pure`: nothing; it runs again. What it calls has effects of its own.
 * - `local`: files, processes; it runs again.
 * - `external`: network, time, anything else; it is answered from the cassette.
 */
export type Effect = (typeof EFFECTS)[number];

export const EFFECTS = ["pure", "local", "external"] as const;

export interface ToolSpec<
  Input extends Schema,
  Output extends Schema | undefined = Schema | undefined,
  Result = unknown,
> {
  /** Tells models what the tool does. */
  readonly description: string;
  readonly input: Input;
  /** The schema of the output, checked by TypeScript and after each call. Default: any value. */
  readonly output?: Output;
  /** Required: a wrong default would send mail from a test, or leave a tool untested. */
  readonly effect: Effect;
  /** Whether a call needs approval if no configuration decides. Default `ask`. */
  readonly approval?: ApprovalRule | ((input: OutputOf<Input>) => ApprovalRule);
  /** Shows the person who approves what a call would do. Default: the input. */
  preview?(input: OutputOf<Input>): Preview;
  /**
   * Returns the configuration of the toolset that would allow this call and as little else as possible.
   * Its lists go before the existing ones. Default: `pre_approved` for the tool. Return a list to offer
   * the smallest configuration and a wider one, each with what it admits in words.
   */
  admit?(input: OutputOf<Input>): Admitted;
  /** Gets the checked input with its defaults, and returns the output or a promise of it. */
  run(input: OutputOf<Input>, ctx: CallContext): Result;
}

/** What `admit` gives. */
export type Admitted = JsonObject | readonly [Admission, Admission?] | undefined;

/** What a tool's `run` may give: what its output schema accepts, or anything where there is none. */
type ResultFor<Output extends Schema | undefined> = [Output] extends [Schema]
  ? Frozen<InputOf<Output>> | PromiseLike<Frozen<InputOf<Output>>>
  : unknown;

/** What callers of a tool get: the output as its schema made it, as JSON. */
export type ToolOutput<Output extends Schema | undefined, Result> = [Output] extends [Schema]
  ? AsJson<OutputOf<Output>>
  : AsJson<Widened<Awaited<Result>>>;

/**
 * A tool, as `tool` makes it. TypeScript knows what callers pass and what they get:
 * `Tool<{ a: number; b?: number }, { sum: number }>`. Every tool is a `Tool`.
 */
export interface Tool<In = unknown, Out = unknown> {
  /** For TypeScript only; no tool has it. */
  readonly "~types"?: { readonly input: In; readonly output: Out };
  readonly description: string;
  /** Takes what callers pass. */
  readonly input: Schema<In, unknown>;
  /** Checks what `run` gives. Undefined where any value will do. */
  readonly output: Schema | undefined;
  readonly effect: Effect;
  approval(input: unknown): ApprovalRule;
  readonly preview: ((input: unknown) => Preview) | undefined;
  readonly admit: ((input: unknown) => Admitted) | undefined;
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
 * @throws TypeError if the effect is missing or unknown, or a schema does not implement both standards
 */
export function tool<
  Input extends Schema,
  Output extends Schema | undefined = undefined,
  const Result extends ResultFor<Output> = ResultFor<Output>,
>(spec: ToolSpec<Input, Output, Result>): Tool<InputOf<Input>, ToolOutput<Output, Result>> {
  if (!EFFECTS.includes(spec.effect)) {
    throw new TypeError(
      `tool() needs effect: "pure", "local" or "external"; got ${JSON.stringify(spec.effect)}`,
    );
  }
  for (const [key, schema] of Object.entries({ input: spec.input, output: spec.output })) {
    if (isSchema(schema) || (key === "output" && schema === undefined)) continue;
    throw new TypeError(
      `tool() needs ${key}: a schema that implements Standard Schema and Standard JSON Schema, as zod 4.2 and later do`,
    );
  }
  const { approval = "ask", preview, admit } = spec;
  const made: Tool<InputOf<Input>, ToolOutput<Output, Result>> & { readonly [BRAND]: true } = {
    [BRAND]: true,
    description: spec.description,
    input: spec.input as Schema as Schema<InputOf<Input>, unknown>, // what it takes, by definition
    output: spec.output,
    effect: spec.effect,
    // The gate validates with spec.input first, so inputs have the type that the spec expects.
    approval: (input) =>
      typeof approval === "function" ? approval(input as OutputOf<Input>) : approval,
    preview: preview && ((input) => preview(input as OutputOf<Input>)),
    admit: admit && ((input) => admit(input as OutputOf<Input>)),
    run: (input, ctx) => spec.run(input as OutputOf<Input>, ctx),
  };
  return made;
}

/** Whether a value was made by `tool` of this or another installed copy. */
export function isTool(value: unknown): value is Tool {
  return typeof value === "object" && value !== null && BRAND in value;
}
