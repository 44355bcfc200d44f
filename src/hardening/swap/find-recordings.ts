import { join, resolve } from "node:path";
import { HEADER } from "../../cassette/entry.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";

/** Where recordings are when nobody says so, below the top of a project. */
const DEFAULT_FOLDERS = ["cassettes", ".llm-do/runs"];

/**
 * The cassettes among some files and in some folders, searched recursively; without any, those in the
 * folders where recordings are kept.
 *
 * @param top absolute path of the top of the project
 * @throws LlmDoError `file` for a path where nothing is
 */
export function findRecordings(
  paths: readonly string[],
  top: string,
  { cwd, files }: Pick<Host, "cwd" | "files">,
): readonly string[] {
  if (paths.length === 0) {
    return DEFAULT_FOLDERS.flatMap((folder) => cassettesIn(join(top, folder), files));
  }
  return paths.flatMap((path) => {
    const absolute = resolve(cwd, path);
    if (files.stat(absolute)) return cassettesIn(absolute, files);
    throw new LlmDoError({
      code: "file",
      verb: "read",
      what: path,
      reason: "there is no such file or folder",
      tries: ["name a cassette, or a folder that holds some"],
    });
  });
}

function cassettesIn(path: string, files: Host["files"]): readonly string[] {
  const kind = files.stat(path)?.kind;
  if (kind === "directory") {
    return files.list(path).flatMap((name) => cassettesIn(join(path, name), files));
  }
  const isCassette =
    kind === "file" && path.endsWith(".yaml") && files.readText(path).startsWith(HEADER.trimEnd());
  return isCassette ? [path] : [];
}
