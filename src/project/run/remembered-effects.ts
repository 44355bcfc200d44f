import type { EffectGate } from "../../cassette/gates.ts";
import type { Json } from "../../model/json.ts";

type Outcome =
  | { readonly kind: "done"; readonly output: Json }
  | { readonly kind: "failed"; readonly error: unknown };

/** What happened in one run, by the ids of calls. */
type Happened = Map<string, Outcome>;

/**
 * Remembers what local effects came to in runs, so that a replay of these runs has them without doing
 * anything to the files of this machine again.
 */
export class RememberedEffects {
  readonly #runs: Happened[] = [];
  #replayed = 0;

  /** Stands around the gate of a run that is remembered, one run after the other. */
  readonly watching = (inner: EffectGate): EffectGate => {
    const happened: Happened = new Map();
    this.#runs.push(happened);
    return {
      ...passingOn(inner),
      perform: async (request, execute) => {
        const { callId, effect } = request;
        if (effect !== "local") return inner.perform(request, execute);
        try {
          const output = await inner.perform(request, execute);
          happened.set(callId, { kind: "done", output });
          return output;
        } catch (error) {
          happened.set(callId, { kind: "failed", error });
          throw error;
        }
      },
    };
  };

  /** Stands around the gate of a replay of the next of these runs. */
  readonly answering = (inner: EffectGate): EffectGate => {
    const happened = this.#runs[this.#replayed++];
    return {
      ...passingOn(inner),
      perform: async (request, execute) => {
        const known = request.effect === "local" ? happened?.get(request.callId) : undefined;
        if (!known) return inner.perform(request, execute);
        if (known.kind === "failed") throw known.error;
        return known.output;
      },
    };
  };
}

function passingOn(inner: EffectGate): Omit<EffectGate, "perform"> {
  return {
    sample: (kind, callId, execute) => inner.sample(kind, callId, execute),
    answer: (request, decide) => inner.answer(request, decide),
  };
}
