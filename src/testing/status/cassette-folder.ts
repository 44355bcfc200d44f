import { basename, dirname, join } from "node:path";
import type { FileSystem } from "../../host/files/file-system.ts";
import { CASES_ENDING } from "../cases/file/case-name.ts";

/** The folder where the cassettes of a file of cases are, unless the cases name others. */
export function cassetteFolderOf(casesFile: string): string {
  return join(dirname(casesFile), "cassettes", basename(casesFile, CASES_ENDING));
}

/**
 * What stands in that folder beside the cassettes that are used.
 *
 * @param casesFile absolute
 * @param used absolute paths of cassettes
 * @returns absolute paths
 */
export function unusedFilesOf(
  casesFile: string,
  used: ReadonlySet<string>,
  files: FileSystem,
): readonly string[] {
  const folder = cassetteFolderOf(casesFile);
  if (files.stat(folder)?.kind !== "directory") return [];
  return files
    .list(folder)
    .map((name) => join(folder, name))
    .filter((path) => !used.has(path) && !used.has(path.replace(/\.blobs$/, "")));
}
