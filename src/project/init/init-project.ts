import { join, relative, sep } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { unwritable } from "../../errors/unwritable.ts";
import type { Host } from "../../host/host.ts";
import { gitFiles, withLines } from "./git-files.ts";

/** What was done to one file. */
export interface InitializedFile {
  /** Its name in the project's folder. */
  readonly file: string;
  /** The lines that it did not have. */
  readonly added: readonly string[];
}

/**
 * Makes a folder ready for a project: adds lines to `.gitattributes` and `.gitignore`, and changes
 * nothing else.
 *
 * @param folder absolute; made where it is not there
 * @param workspaces absolute paths of folders that tests work in
 * @throws LlmDoError `file` when the folder is a file, or something cannot be written
 */
export function initProject(
  folder: string,
  workspaces: readonly string[],
  { files }: Pick<Host, "files">,
): readonly InitializedFile[] {
  const stat = files.stat(folder);
  if (stat && stat.kind !== "directory") throw cannotWrite(folder, "it is not a folder");
  const below = workspaces.flatMap((path) => {
    const short = relative(folder, path).split(sep).join("/");
    return short === "" || short.startsWith("../") || short === ".." ? [] : [short];
  });
  return gitFiles(below).map((wanted) => {
    const path = join(folder, wanted.file);
    try {
      const { text, added } = withLines(files.stat(path) ? files.readText(path) : "", wanted);
      if (added.length > 0) files.write(path, text);
      return { file: wanted.file, added };
    } catch (error) {
      throw cannotWrite(path, unwritable(error, { path }).reason, error);
    }
  });
}

function cannotWrite(what: string, reason: string, cause?: unknown): LlmDoError {
  const tries = ["name a folder that can be written: llm-do init DIR"];
  return new LlmDoError({ code: "file", verb: "write", what, reason, tries, cause });
}
