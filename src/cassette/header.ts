import { LlmDoError } from "../errors/llm-do-error.ts";
import type { FileSystem } from "../host/files/file-system.ts";
import { isJsonObject, type Json } from "../model/json.ts";
import { conflictLines } from "../yaml/conflict-lines.ts";
import { cassetteText, headerLength } from "./cassette-text.ts";
import { damaged } from "./damaged.ts";
import { CASSETTE_VERSION, HEADER } from "./entry.ts";
import { readEditedYaml } from "./yaml/read-edited-yaml.ts";

/** Characters in which the header of any cassette says its version, comments before it included. */
const HEADER_CHARACTERS = 10_000;

const VERSION_LINE = /^["']?cassette["']?:[ \t]*(.*)$/m;

/** @throws LlmDoError `cassette-damaged` when a text is not a cassette of this version */
export function checkHeader(path: string, text: string): void {
  const version = versionOf(text);
  if (version === CASSETTE_VERSION) return;
  if (version === undefined) {
    throw damaged(path, `it is not a cassette: it does not begin with "${HEADER.trimEnd()}"`, {
      line: 1,
      tries: ["name a cassette, or a new file, behind --cassette"],
    });
  }
  const found = JSON.stringify(version);
  const reads = `this version of llm-do reads format ${CASSETTE_VERSION}`;
  throw damaged(path, `it has format ${found}, and ${reads}`, {
    line: 1,
    tries: ["use the version of llm-do that wrote it, or record it anew with --mode record"],
  });
}

/**
 * Makes sure that a recording would replace nothing but a cassette, however old or damaged.
 *
 * @throws LlmDoError `cassette-refused` when something else stands there
 */
export function checkReplaceable(path: string, files: FileSystem): void {
  const stat = files.stat(path);
  if (!stat) return;
  const isCassette = stat.kind === "file" && versionOf(files.readText(path)) !== undefined;
  if (isCassette) return;
  const found = {
    file: "a file that is not a cassette",
    directory: "a directory",
    other: "a pipe, a socket or a device",
  }[stat.kind];
  throw new LlmDoError({
    code: "cassette-refused",
    verb: "record",
    what: path,
    reason: `${found} stands there`,
    place: { file: path },
    tries: ["name another file behind --cassette", "or remove what stands there"],
  });
}

/** Returns true for the text of a cassette of any version, however its entries are. */
export function isCassetteText(raw: string): boolean {
  return raw !== "" && versionOf(raw) !== undefined;
}

/** The format that a text says it has; undefined when it is no cassette. */
function versionOf(raw: string): Json | undefined {
  // A crash may have cut the header itself; there is nothing to lose then.
  if (raw.startsWith(HEADER) || HEADER.startsWith(raw)) return CASSETTE_VERSION;
  const text = cassetteText(raw);
  // Most files that are no cassettes are known by this.
  const named = VERSION_LINE.exec(text.slice(0, HEADER_CHARACTERS));
  if (!named) return undefined;
  try {
    const header = readEditedYaml(text.slice(0, headerLength(text)));
    return isJsonObject(header) ? header["cassette"] : undefined;
  } catch {
    // A merge may have left its marks in it: it is a cassette that cannot be read as it is.
    return conflictLines(text) ? (named[1] ?? "") : undefined;
  }
}
