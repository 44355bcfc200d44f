import { LlmDoError } from "../../errors/llm-do-error.ts";
import { unwritable } from "../../errors/unwritable.ts";
import type { EntryKind, FileSystem } from "../../host/files/file-system.ts";

const NAMES: Readonly<Record<EntryKind, string>> = {
  file: "file",
  directory: "folder",
  link: "symbolic link",
  other: "pipe, a socket or a device",
};

/**
 * Makes sure that nothing but what llm-do makes stands in a place that it writes to. A link would
 * lead what is written, or removed, to somebody else's files.
 *
 * @param path a cassette, or what belongs to it
 * @param verb what is done to the cassette: `record`, `prune`
 * @throws LlmDoError `cassette-refused` when something else stands there
 */
export function checkOwnPlace(
  path: string,
  files: FileSystem,
  { verb = "record", kind: wanted = "file" }: { verb?: string; kind?: "file" | "directory" } = {},
): void {
  const kind = files.kindAt(path);
  if (kind === undefined || kind === wanted) return;
  throw new LlmDoError({
    code: "cassette-refused",
    verb,
    what: path,
    reason: `a ${NAMES[kind]} stands there, and llm-do writes to ${NAMES[wanted]}s only`,
    place: { file: path },
    tries: ["find out who made it, then remove it", "or name another cassette"],
  });
}

/**
 * Makes sure, too, that a file which stands there is one that llm-do left: it will be replaced or
 * removed.
 *
 * @param isOwn told the text of what stands there, unless that is empty
 * @throws LlmDoError `cassette-refused` when something else stands there
 */
export function checkOwnFile(
  path: string,
  files: FileSystem,
  isOwn: (text: string) => boolean,
): void {
  checkOwnPlace(path, files);
  if ((files.stat(path)?.bytes ?? 0) === 0 || isOwn(files.readText(path))) return;
  throw new LlmDoError({
    code: "cassette-refused",
    verb: "record",
    what: path,
    reason: "a file stands there that llm-do did not write, and would be replaced",
    place: { file: path },
    tries: ["move it to another place", "or name another cassette"],
  });
}

/** The error for a cassette that the disk did not let be written. */
export function unrecordable(
  cause: unknown,
  { path, verb, kept }: { readonly path: string; readonly verb: string; readonly kept: string },
): LlmDoError {
  const { reason, tries } = unwritable(cause, { path });
  return new LlmDoError({
    code: "cassette-refused",
    verb,
    what: path,
    reason: `it cannot be written: ${reason}`,
    tries: [...tries, `or name another cassette; ${kept}`],
    cause,
  });
}
