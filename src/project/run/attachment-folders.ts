import { resolve } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";

/**
 * The absolute paths of folders that files may be attached from.
 *
 * @throws LlmDoError `usage` for a path that is no folder
 */
export function attachmentFolders(
  folders: readonly string[] = [],
  { cwd, files }: Host,
): readonly string[] {
  return folders.map((folder) => {
    const absolute = resolve(cwd, folder);
    if (files.stat(absolute)?.kind === "directory") return absolute;
    throw new LlmDoError({
      code: "usage",
      verb: "attach files from",
      what: folder,
      reason: `${absolute} is not a folder`,
      tries: ["name a folder that exists"],
    });
  });
}
