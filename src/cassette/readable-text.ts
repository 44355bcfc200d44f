import { LlmDoError } from "../errors/llm-do-error.ts";
import { entryText } from "./encode-entry.ts";
import { type EntryFields, MOST_CASSETTE_BYTES } from "./entry.ts";
import { Unwritable } from "./yaml/json-line.ts";

/**
 * An entry as it stands in the file, without its separator.
 *
 * @param path the cassette, for errors
 * @throws LlmDoError `cassette-refused` for what could be written and not be read back
 */
export function readableText(fields: EntryFields, path: string): string {
  try {
    return entryText(fields);
  } catch (error) {
    if (error instanceof Unwritable) throw unreadable(path, error.message, error);
    if (!(error instanceof RangeError)) throw error;
    throw unreadable(path, "it is nested too deeply, or longer than a text can be", error);
  }
}

/**
 * @param bytes of the cassette with what is about to be written
 * @throws LlmDoError `cassette-refused` when it would be too large to be read
 */
export function checkReadable(bytes: number, path: string): void {
  if (bytes <= MOST_CASSETTE_BYTES) return;
  throw unreadable(path, `the cassette would be larger than ${MOST_CASSETTE_BYTES / 1024 ** 2} MB`);
}

function unreadable(what: string, why: string, cause?: unknown): LlmDoError {
  return new LlmDoError({
    code: "cassette-refused",
    verb: "record",
    what,
    reason: `what was to be recorded could not be read back: ${why}`,
    tries: ["let the tool answer with less, or with a text", "or run without a cassette"],
    cause,
  });
}
