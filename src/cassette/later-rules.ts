import type { CassetteFile } from "./cassette-file.ts";
import type { CassetteRules, Rewrites } from "./rules.ts";
import type { Tape, TapeEntry } from "./tape.ts";
import { todaysKeys } from "./todays-keys.ts";

interface Recorded {
  readonly file: CassetteFile | undefined;
  readonly tape: Tape;
  readonly rules: CassetteRules;
  readonly rewrites: Rewrites;
}

/**
 * Finds recordings that were made before today's rules: with these they would have been recorded
 * under the key that is asked for. Costs nothing until something has missed.
 */
export class LaterRules {
  readonly #recorded: Recorded;
  #byKey: ReadonlyMap<string, readonly TapeEntry[]> | undefined;

  constructor(recorded: Recorded) {
    this.#recorded = recorded;
  }

  /** The recording that answers a key, marked as served; undefined when none is left. */
  take(key: string, call: string): TapeEntry | undefined {
    const { rules, tape } = this.#recorded;
    if (rules.redact.length + rules.volatile.length === 0) return undefined;
    this.#byKey ??= this.#index();
    const unserved = (this.#byKey.get(key) ?? []).filter((entry) => !entry.served);
    const entry = unserved.find((candidate) => candidate.call === call) ?? unserved[0];
    if (!entry) return undefined;
    entry.served = true;
    tape.begin(key); // it counts as one of the recordings of this key
    return entry;
  }

  #index(): ReadonlyMap<string, readonly TapeEntry[]> {
    const { file, tape, rules, rewrites } = this.#recorded;
    const byKey = new Map<string, TapeEntry[]>();
    if (!file) return byKey;
    const keys = todaysKeys(file, rules, rewrites);
    for (const entry of tape.entries) {
      const today = keys.get(entry.slice)?.key;
      if (today === undefined || today === entry.slice.key || !tape.answers(entry)) continue;
      const equals = byKey.get(today);
      if (equals) equals.push(entry);
      else byKey.set(today, [entry]);
    }
    return byKey;
  }
}
