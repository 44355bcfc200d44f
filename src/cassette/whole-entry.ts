import { isJsonObject } from "../model/json.ts";
import { withoutNothingAtEnd } from "./cassette-text.ts";
import { readEditedYaml } from "./yaml/read-edited-yaml.ts";
import { readOwnYaml } from "./yaml/read-yaml.ts";

/**
 * The last line of an entry as this program writes it: only a whole entry ends with it. Its closing
 * brace says that it is whole; an editor may have taken the line break.
 */
const LAST_LINE = /\ntiming: \{[^\n]*\}[ \t]*\n?$/;

/** Characters that are sure to hold the last line. */
const LAST_LINE_CHARACTERS = 400;

/**
 * Whether the last document of a stream had ended when the file was last written. `timing` stands
 * last, so an entry that has all of it is whole; one that a person wrote in another style counts.
 */
export function isWholeEntry(document: string): boolean {
  if (LAST_LINE.test(document.slice(-LAST_LINE_CHARACTERS))) return true;
  const text = withoutNothingAtEnd(document);
  if (LAST_LINE.test(text.slice(-LAST_LINE_CHARACTERS))) return true;
  try {
    const fields: unknown = readOwnYaml(text) ?? readEditedYaml(text);
    const timing = isJsonObject(fields) ? fields["timing"] : undefined;
    return isJsonObject(timing) && typeof timing["totalMs"] === "number";
  } catch {
    return false; // cut in the middle, or not YAML: either way nothing to replay
  }
}
