import { dirname, join, relative, resolve } from "node:path";
import type { FileSystem } from "../host/files/file-system.ts";
import type { Host } from "../host/host.ts";

/** What a project says of all its runs. */
export const PROJECT_CONFIG_FILE = "llm-do.yaml";

/** A folder that holds one of these is the top of a project. */
const TOP_MARKS = [".git", "package.json"];

/**
 * The path of a file of a folder: its own, or that of the nearest folder above, up to the top of the
 * project (a folder with `.git` or `package.json`); undefined when there is none.
 */
export function findUpwards(name: string, folder: string, files: FileSystem): string | undefined {
  for (let current = resolve(folder); ; current = dirname(current)) {
    const path = join(current, name);
    if (files.stat(path)) return path;
    if (isTop(current, files)) return undefined;
  }
}

/**
 * The top of the project that a folder belongs to: itself or the nearest folder above it that holds
 * `.git`, `package.json` or `llm-do.yaml`; undefined when there is none.
 */
export function findProjectTop(folder: string, files: FileSystem): string | undefined {
  for (let current = resolve(folder); ; current = dirname(current)) {
    const marks = [...TOP_MARKS, PROJECT_CONFIG_FILE];
    if (marks.some((mark) => files.stat(join(current, mark)))) return current;
    if (dirname(current) === current) return undefined;
  }
}

function isTop(folder: string, files: FileSystem): boolean {
  const isMarked = TOP_MARKS.some((mark) => files.stat(join(folder, mark)) !== undefined);
  return isMarked || dirname(folder) === folder;
}

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

/** The path as a person would write it from where they are. */
export function shown(path: string, { cwd }: Pick<Host, "cwd">): string {
  const short = relative(cwd, path);
  return short.startsWith("..") ? path : short;
}
