import { relative, resolve } from "node:path";
import type { Host } from "../host/host.ts";
import { findProjectTop } from "./find-upwards.ts";

/**
 * The top of the project that a folder belongs to, as {@link findProjectTop} finds it. Where there is
 * none, the current folder when the folder is in it, else the folder itself.
 *
 * @returns absolute path
 */
export function projectTop(folder: string, { files, cwd }: Pick<Host, "files" | "cwd">): string {
  const start = resolve(cwd, folder);
  const top = findProjectTop(start, files);
  return top ?? (relative(cwd, start).startsWith("..") ? start : cwd);
}
