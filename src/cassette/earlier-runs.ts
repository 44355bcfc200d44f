import type { JsonObject } from "../model/json.ts";
import type { EntryFields } from "./entry.ts";
import type { SessionState } from "./session-state.ts";

/**
 * What effects came to in the first of the runs that share a session. Further runs draw other answers
 * of models; the world is asked once, so an equal call is answered as in the first run.
 */
export class EarlierRuns {
  readonly #state: SessionState;
  /** What the first run let happen, by keys. */
  readonly #happened = new Map<string, JsonObject[]>();
  /** How many answers of each key the run has taken that goes on. */
  #taken = new Map<string, number>();
  #run = 1;

  constructor(state: SessionState) {
    this.#state = state;
  }

  /** Says what an effect of the first run came to. */
  add({ effect }: EntryFields, said: JsonObject): void {
    if (this.#state.runNumber > 1 || typeof effect !== "string") return;
    this.#happened.set(effect, [...(this.#happened.get(effect) ?? []), said]);
  }

  /** What the first run was answered; undefined in it, and where it made no such call any more. */
  take(key: string): JsonObject | undefined {
    const { runNumber } = this.#state;
    if (runNumber === 1) return undefined;
    if (this.#run !== runNumber) this.#taken = new Map();
    this.#run = runNumber;
    const count = this.#taken.get(key) ?? 0;
    const said = [...this.#recorded(key), ...(this.#happened.get(key) ?? [])][count];
    if (said) this.#taken.set(key, count + 1);
    return said;
  }

  #recorded(key: string): readonly JsonObject[] {
    const { tape, file } = this.#state;
    if (!file) return [];
    return tape.entries
      .filter(({ slice, sample }) => slice.key === key && sample === 1)
      .map(({ slice }) => {
        const { output, error } = file.fields(slice);
        return output === undefined ? { error: error ?? null } : { output };
      });
  }
}
