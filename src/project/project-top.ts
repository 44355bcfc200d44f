import { dirname, join, relative, resolve } from "node:path";
import type { Host } from "../host/host.ts";

/** A folder that holds one of these is the top of a project. */
const TOP_MARKS = ["llm-do.yaml", ".git", "package.json"];

/**
 * The top of the project that a folder belongs to: the nearest one, itself or above, that says so.
 * Where none does, the current folder when the folder is in it, else the folder itself.
 *
 * @returns absolute path
 */
export function projectTop(folder: string, { files, cwd }: Pick<Host, "files" | "cwd">): string {
  const start = resolve(cwd, folder);
  for (let current = start; ; current = dirname(current)) {
    if (TOP_MARKS.some((mark) => files.stat(join(current, mark)) !== undefined)) return current;
    if (dirname(current) === current) break;
  }
  return relative(cwd, start).startsWith("..") ? start : cwd;
}
