import { fstatSync, lstatSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "../errors/system-error.ts";
import { FileFault } from "./confined-files.ts";
import { type FolderOpener, folderFault, makeFolder, makeRoot } from "./open-folder.ts";

/**
 * For systems without paths through descriptors: the way is checked before a file is opened and
 * again afterwards, and what was opened must be what then stands there. Somebody who swaps a folder
 * for a link just after the first check can have an empty folder or file made elsewhere; one who
 * also swaps it back just before the second is not noticed.
 */
export const openChecked: FolderOpener = ({ root, names }, makes) => {
  if (makes) makeRoot(root);
  checkFolder(root, []);
  for (const index of names.keys()) {
    const at = names.slice(0, index + 1);
    const path = join(root, ...at);
    if (makes) makeFolder(path);
    checkFolder(path, at);
  }
  const self = join(root, ...names);
  const checkReal = () => {
    if (realPathOf(self) !== self) throw new FileFault("moved", names);
  };
  checkReal();
  return {
    self,
    pathOf: (name) => join(self, name),
    confirm: (entry) => {
      checkReal();
      if (!entry || isAt(join(self, entry.name), entry.descriptor)) return;
      throw new FileFault("moved", [...names, entry.name]);
    },
    close: () => {},
  };
};

function checkFolder(path: string, at: readonly string[]): void {
  const fault = folderFault(path, at);
  if (fault) throw fault;
}

/** Undefined when nothing is there any more. */
function realPathOf(path: string): string | undefined {
  try {
    // Node's own, not the system's: it keeps the letter case that it is given.
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Whether an open file is the one that stands at a path. */
function isAt(path: string, descriptor: number): boolean {
  const standing = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  const opened = fstatSync(descriptor, { bigint: true });
  return standing?.ino === opened.ino && standing.dev === opened.dev;
}
