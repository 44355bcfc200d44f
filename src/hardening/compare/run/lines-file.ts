import { MOST_LEVELS } from "../../../cassette/file/yaml/json-line.ts";
import { LlmDoError } from "../../../errors/llm-do-error.ts";
import type { FileSystem } from "../../../host/files/file-system.ts";

/** Most bytes of a file of one JSON value a line: what is made of it takes ten times the memory. */
const MOST_BYTES = 64 * 1024 ** 2;

/**
 * The text of a file that holds one JSON value a line.
 *
 * @param what the path as a person knows it
 * @throws LlmDoError `file` when it is too large; else what the file system throws
 */
export function readLinesFile(path: string, what: string, files: FileSystem): string {
  if ((files.stat(path)?.bytes ?? 0) <= MOST_BYTES) return files.readText(path);
  const reason = `it is larger than ${MOST_BYTES / 1024 ** 2} MB`;
  const tries = ["split it into several files"];
  throw new LlmDoError({ code: "file", verb: "read", what, reason, tries });
}

const TELLING = /["[\]{}]/g;

/** Returns true if a JSON text nests deeper than any program goes. */
export function isNestedTooDeeply(json: string): boolean {
  let level = 0;
  TELLING.lastIndex = 0;
  for (let found = TELLING.exec(json); found; found = TELLING.exec(json)) {
    const sign = found[0];
    if (sign === '"') TELLING.lastIndex = endOfQuotes(json, found.index + 1);
    else if (sign === "]" || sign === "}") level--;
    else if (++level > MOST_LEVELS) return true;
  }
  return false;
}

function endOfQuotes(json: string, from: number): number {
  for (let at = from; at < json.length; at++) {
    if (json[at] === '"') return at + 1;
    if (json[at] === "\\") at++;
  }
  return json.length;
}
