import type { FileSystem } from "../host/files/file-system.ts";
import { checkOwnFile } from "./own-place.ts";

/** How a torn tail begins: with the separator of an entry, or with the header. */
const TORN = /^\s*(?:-|cassette)/;

/**
 * Writes what a crash left of an entry to a file beside the cassette, behind what an earlier crash left
 * there, so that not even a hand-made edit is lost.
 *
 * @param cassette its path
 * @throws LlmDoError `cassette-refused` when somebody else's file stands there
 */
export function keepTornTail(cassette: string, tail: string, files: FileSystem): void {
  const path = `${cassette}.torn`;
  checkOwnFile(path, files, (text) => TORN.test(text));
  const earlier = files.stat(path) ? files.readText(path) : "";
  const lostBreak = earlier === "" || earlier.endsWith("\n") ? "" : "\n";
  files.write(path, earlier + lostBreak + tail);
}
