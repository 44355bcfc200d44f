import { readdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { codeOf } from "../errors/system-error.ts";
import { openChecked } from "./checked-folder.ts";
import {
  type ConfinedFiles,
  type ConfinedPath,
  FileFault,
  type FolderEntry,
} from "./confined-files.ts";
import { openByDescriptor } from "./descriptor-folder.ts";
import { type FolderOpener, hasDescriptorPaths, type OpenFolder } from "./open-folder.ts";
import { readFileOf } from "./read-entry.ts";
import { writeEntry } from "./write-entry.ts";

/**
 * The files of this machine, each operation below one folder.
 *
 * @param open default: the safest that this system has
 */
export function nodeConfinedFiles(
  open: FolderOpener = hasDescriptorPaths() ? openByDescriptor : openChecked,
): ConfinedFiles {
  return {
    homeFolder: homedir(),
    settle: settledPath,
    read: (path, maxBytes) => {
      const { above, name } = lastStep(path);
      return closing(open(above, false), (folder) => readFileOf(folder, { name, path, maxBytes }));
    },
    write: (path, content, isNew = false) => {
      const { above, name } = lastStep(path);
      const writing = { name, path, content, isNew };
      return closing(open(above, true), (folder) => writeEntry(folder, writing));
    },
    list: (path) => closing(open(path, false), listEntries),
  };
}

function settledPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const above = dirname(path);
    if (codeOf(error) !== "ENOENT" || above === path) throw error;
    return join(settledPath(above), basename(path));
  }
}

function lastStep({ root, names }: ConfinedPath): { above: ConfinedPath; name: string } {
  const name = names.at(-1);
  if (name === undefined) throw new FileFault("folder", []);
  return { above: { root, names: names.slice(0, -1) }, name };
}

function closing<T>(folder: OpenFolder, use: (folder: OpenFolder) => T): T {
  try {
    return use(folder);
  } finally {
    folder.close();
  }
}

function listEntries(folder: OpenFolder): readonly FolderEntry[] {
  const entries = readdirSync(folder.self, { withFileTypes: true }).map((entry): FolderEntry => {
    const { name } = entry;
    if (entry.isSymbolicLink()) return { name, kind: "link" };
    if (entry.isDirectory()) return { name, kind: "folder" };
    return { name, kind: entry.isFile() ? "file" : "other" };
  });
  folder.confirm();
  return entries.sort((left, right) => (left.name < right.name ? -1 : 1));
}
