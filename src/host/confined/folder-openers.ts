import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
} from "node:fs";
import { join } from "node:path";
import { codeOf } from "../../errors/system-error.ts";
import { FileFault } from "./confined-files.ts";
import {
  DESCRIPTORS,
  type FolderOpener,
  folderFault,
  makeFolder,
  makeRoot,
} from "./open-folder.ts";

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * Walks step by step, each step relative to the open folder before it (what openat(2) does), with
 * links refused by the system in the very call that opens. Between a check and a use there is
 * nothing that somebody could swap.
 */
export const openByDescriptor: FolderOpener = ({ root, names }, makes) => {
  let descriptor = openRoot(root, makes);
  try {
    for (const [index, name] of names.entries()) {
      const path = `${DESCRIPTORS}/${descriptor}/${name}`;
      const next = openStep(path, names.slice(0, index + 1), makes);
      closeSync(descriptor);
      descriptor = next;
    }
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  const self = `${DESCRIPTORS}/${descriptor}`;
  return {
    self,
    pathOf: (name) => `${self}/${name}`,
    confirm: () => {}, // a path through a descriptor leads nowhere else
    close: () => closeSync(descriptor),
  };
};

/** Opens the root where it was settled, and nothing that has taken its place. */
function openRoot(root: string, makes: boolean): number {
  if (makes) makeRoot(root);
  const descriptor = openStep(root, [], false);
  if (readlinkSync(`${DESCRIPTORS}/${descriptor}`) === root) return descriptor;
  closeSync(descriptor);
  throw new FileFault("moved", []);
}

function openStep(path: string, at: readonly string[], makes: boolean): number {
  try {
    return openSync(path, FOLDER);
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" && makes) {
      makeFolder(path);
      return openStep(path, at, false);
    }
    if (code !== "ENOENT" && code !== "ENOTDIR" && code !== "ELOOP") throw error;
    // Something else may stand there by now than what was refused.
    throw folderFault(path, at) ?? new FileFault("moved", at);
  }
}

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
