import type { CallContext } from "../../functions/call-context.ts";
import type { CheckedInput, FunctionName, FunctionOutput } from "../../functions/function-types.ts";

/**
 * What runs in the place of a function: gets the input as the function's schema made it, with
 * defaults (of a worker without a schema: `{ input, attachments? }`), and what it gives is held to the function's output schema.
 */
export type Double<Name extends FunctionName = FunctionName> = {
  // A method takes parameters that are narrower than declared: while the functions' types are not
  // known, a double may say itself what it takes.
  double(
    input: CheckedInput<Name>,
    ctx: CallContext,
  ): FunctionOutput<Name> | Promise<FunctionOutput<Name>>;
}["double"];

/** Doubles by the names of the functions in whose place they run. */
export type Doubles = { readonly [Name in FunctionName]?: Double<Name> };
