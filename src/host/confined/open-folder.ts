import { existsSync, lstatSync, mkdirSync, type Stats } from "node:fs";
import process from "node:process";
import { codeOf } from "../../errors/system-error.ts";
import { type ConfinedPath, FileFault } from "./confined-files.ts";

/** A folder that was reached without following a link below its root. */
export interface OpenFolder {
  /** What a system call is given to reach the folder itself. */
  readonly self: string;
  /** What a system call is given to reach an entry of the folder. */
  pathOf(name: string): string;
  /**
   * Makes sure that what was opened as `self`, or as an entry, is what stands there.
   *
   * @throws FileFault `moved`
   */
  confirm(entry?: OpenEntry): void;
  close(): void;
}

interface OpenEntry {
  readonly name: string;
  readonly descriptor: number;
}

/**
 * Opens the folder at a path.
 *
 * @param makes whether folders that are missing on the way are made
 * @throws FileFault
 */
export type FolderOpener = (path: ConfinedPath, makes: boolean) => OpenFolder;

/** Where Linux shows the open files of this process; a path through it starts at the open file. */
export const DESCRIPTORS = "/proc/self/fd";

/** Whether this machine has paths through {@link DESCRIPTORS}. */
export function hasDescriptorPaths(): boolean {
  return process.platform === "linux" && existsSync(DESCRIPTORS);
}

/** What stands at a path, a link being a link; undefined when nothing does. */
export function standsAt(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/** Refuses everything that is no regular file. */
export function checkFile(stat: Stats | undefined, { names }: ConfinedPath): asserts stat is Stats {
  if (!stat) throw new FileFault("missing", names);
  if (stat.isSymbolicLink()) throw new FileFault("link", names);
  if (stat.isDirectory()) throw new FileFault("folder", names);
  if (!stat.isFile()) throw new FileFault("special", names);
}

/** Says why no folder could be opened at a path; undefined when one is there. */
export function folderFault(path: string, at: readonly string[]): FileFault | undefined {
  const stat = standsAt(path);
  if (!stat) return new FileFault("missing", at);
  if (stat.isSymbolicLink()) return new FileFault("link", at);
  return stat.isDirectory() ? undefined : new FileFault("not-a-folder", at);
}

/** Makes a root, and the folders above it. */
export function makeRoot(root: string): void {
  try {
    mkdirSync(root, { recursive: true });
  } catch (error) {
    const isInTheWay = ["ENOENT", "ENOTDIR", "EEXIST"].includes(codeOf(error) ?? "");
    throw (isInTheWay && folderFault(root, [])) || error;
  }
}

/** Makes one folder where nothing stands; what stands there is left as it is, a link too. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}
