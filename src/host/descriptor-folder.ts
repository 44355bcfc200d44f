import { closeSync, constants, openSync, readlinkSync } from "node:fs";
import { codeOf } from "../errors/system-error.ts";
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
