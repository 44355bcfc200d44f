import { canonicalJson } from "../../model/canonical.ts";
import { toJson } from "../../runtime/state/output.ts";
import type { Double, Doubles } from "./doubles.ts";

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
