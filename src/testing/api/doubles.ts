import type { CallContext } from "../../functions/call-context.ts";
import type { CheckedInput, FunctionName, FunctionOutput } from "../../functions/function-types.ts";
import { canonicalJson } from "../../model/canonical.ts";
import { toJson } from "../../runtime/state/output.ts";

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

type Outcome =
  | { readonly kind: "done"; readonly output: unknown }
  | { readonly kind: "failed"; readonly error: unknown };

/**
 * Remembers what doubles give, so that a replay of the run has it without calling them again: a test
 * may count how often they were called.
 */
export class RememberedDoubles {
  readonly watching: Doubles;
  readonly answering: Doubles;
  /** What was given, by name and input, in the order of the calls. */
  readonly #given = new Map<string, Outcome[]>();

  constructor(doubles: Doubles) {
    const names = Object.keys(doubles).filter((name) => doubles[name] !== undefined);
    const made = (of: (name: string) => Double) =>
      Object.fromEntries(names.map((name) => [name, of(name)]));
    this.watching = made((name) => this.#watched(name, doubles[name] as Double)); // it is there
    this.answering = made((name) => this.#answer(name));
  }

  #watched(name: string, double: Double): Double {
    return async (input, ctx) => {
      const key = callKey(name, input);
      const given = this.#given.get(key) ?? [];
      this.#given.set(key, given);
      try {
        const output: unknown = await double(input, ctx);
        given.push({ kind: "done", output });
        return output as never; // the double's own
      } catch (error) {
        given.push({ kind: "failed", error });
        throw error;
      }
    };
  }

  #answer(name: string): Double {
    return async (input) => {
      const outcome = this.#given.get(callKey(name, input))?.shift();
      if (!outcome) throw new Error(`the double of ${name} was not called with this input`);
      if (outcome.kind === "failed") throw outcome.error;
      return outcome.output as never; // as above
    };
  }
}

function callKey(name: string, input: unknown): string {
  return `${name} ${canonicalJson(toJson(input, name))}`;
}
