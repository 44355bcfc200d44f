import { parse } from "yaml";
import { isJsonObject } from "../model/json.ts";

/** The last line of an entry as this program writes it: only a whole entry ends with it. */
const LAST_LINE = /\ntiming: \{[^\n]*\}\n$/;

/** Characters that are sure to hold the last line. */
const LAST_LINE_CHARACTERS = 400;

/**
 * Whether the last document of a stream had ended when the file was last written. `timing` stands
 * last, so an entry that has all of it is whole; one that a person wrote in another style counts.
 */
export function isWholeEntry(text: string): boolean {
  if (LAST_LINE.test(text.slice(-LAST_LINE_CHARACTERS))) return true;
  if (!text.endsWith("\n")) return false;
  try {
    const fields: unknown = parse(text, { maxAliasCount: 0, logLevel: "error" });
    const timing = isJsonObject(fields) ? fields["timing"] : undefined;
    return isJsonObject(timing) && typeof timing["totalMs"] === "number";
  } catch {
    return false; // cut in the middle, or not YAML: either way nothing to replay
  }
}
