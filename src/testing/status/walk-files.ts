import { join } from "node:path";
import type { FileSystem } from "../../host/files/file-system.ts";

/** Folders that hold nothing of a project's own. */
const SKIPPED = "node_modules";

/**
 * The files below a folder, by name; what is installed and what is hidden is left out. A folder that
 * links lead back to is gone through once.
 *
 * @param folder absolute
 */
export function* walkFiles(
  folder: string,
  files: FileSystem,
  seen: Set<string> = new Set(),
): Generator<string> {
  const real = files.realPath(folder);
  if (seen.has(real)) return;
  seen.add(real);
  for (const name of files.list(folder)) {
    if (name === SKIPPED || name.startsWith(".")) continue;
    const path = join(folder, name);
    const kind = files.stat(path)?.kind;
    if (kind === "directory") yield* walkFiles(path, files, seen);
    if (kind === "file") yield path;
  }
}
