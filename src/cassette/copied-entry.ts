import { canonicalJson } from "../model/canonical.ts";
import type { Json } from "../model/json.ts";
import type { CassetteFile } from "./cassette-file.ts";
import { entryText } from "./encode-entry.ts";
import type { EntryFields } from "./entry.ts";
import type { EntrySlice } from "./scan.ts";

/** An entry that is written again, with what it was in the old file. */
export interface CopiedEntry {
  readonly fields: EntryFields;
  readonly text: string;
  /** Whether the cassette itself does not hold it yet. */
  readonly isNew?: boolean;
}

/**
 * An entry of the old cassette as the new one says it: in the very same text where its fields are the
 * same, so that nothing changes for who reads the difference.
 */
export function copiedEntry(
  { file, unfinishedFrom }: { readonly file: CassetteFile; readonly unfinishedFrom: number },
  slice: EntrySlice,
  fields: EntryFields,
): CopiedEntry {
  const isNew = slice.start >= unfinishedFrom;
  const isSame = canonicalJson(defined(fields)) === canonicalJson(file.fields(slice));
  if (!isSame) return { fields, text: entryText(fields), isNew };
  const text = file.text.slice(slice.start, slice.end);
  return { fields, text: text.endsWith("\n") ? text : `${text}\n`, isNew };
}

function defined(fields: EntryFields): Json {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as Json; // what is undefined was left out
}
