import type { JsonObject } from "../model/json.ts";
import { copiedEntry } from "./copied-entry.ts";
import { isSameResult } from "./effect-policy.ts";
import type { EntryFields } from "./entry.ts";
import { rewriteJson } from "./rewrite-request.ts";
import type { Rewrite } from "./rules.ts";
import type { SessionState } from "./session-state.ts";
import type { TapeEntry } from "./tape.ts";

/** Writes a recording that answers to the new cassette, where there is one. */
export function copyEffect(state: SessionState, recorded: TapeEntry, entry: EntryFields): void {
  const { writer, replaces, file, rewrites, unfinishedFrom } = state;
  if (!writer || !replaces || !file) return;
  const { by, reason, late, timing, ...fields } = file.fields(recorded.slice);
  const { output, error } = rewrites.redact ? rewriteValues(fields, rewrites.redact) : fields;
  const said = { by, reason, late, output, error, timing };
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
