import type { JsonObject } from "../../model/json.ts";
import { copiedEntry } from "../file/entry-writer.ts";
import type { EntryFields } from "../file/format.ts";
import type { TapeEntry } from "../read/tape.ts";
import { rewriteJson } from "../rules/rewrite-request.ts";
import type { Rewrite } from "../rules/rules.ts";
import type { SessionState } from "../state/session-state.ts";
import { isSameResult } from "./effect-policy.ts";

/** Writes a recording that answers to the new cassette, where there is one. */
export function copyEffect(state: SessionState, recorded: TapeEntry, entry: EntryFields): void {
  const { writer, replaces, file, rewrites, unfinishedFrom } = state;
  if (!writer || !replaces || !file) return;
  const { by, reason, late, alarm, timing, ...fields } = file.fields(recorded.slice);
  const { output, error } = rewrites.redact ? rewriteValues(fields, rewrites.redact) : fields;
  const said = { by, reason, late, alarm, output, error, timing };
  writer.copy(copiedEntry({ file, unfinishedFrom }, recorded.slice, { ...entry, ...said }));
}

/** The same where the call was made again: its recording stays where the result is the same. */
export function putEffectAgain(
  state: SessionState,
  recorded: TapeEntry,
  { entry, said }: { readonly entry: EntryFields; readonly said: EntryFields },
): void {
  const { writer, replaces, file, unfinishedFrom } = state;
  if (!writer || !replaces || !file) return;
  const before = file.fields(recorded.slice);
  const { timing = before["timing"] } = isSameResult(before, said) ? before : said;
  writer.copy(copiedEntry({ file, unfinishedFrom }, recorded.slice, { ...entry, ...said, timing }));
}

/** The fields with what stands in them rewritten; their names are the format's own. */
export function rewriteValues(fields: JsonObject, rewrite: Rewrite): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, rewriteJson(value, rewrite)]),
  );
}

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
