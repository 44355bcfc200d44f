import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { codeOf } from "../../errors/system-error.ts";
import {
  type ConfinedFiles,
  type ConfinedPath,
  FileFault,
  type FolderEntry,
} from "./confined-files.ts";
import { openByDescriptor, openChecked } from "./folder-openers.ts";
import {
  checkFile,
  type FolderOpener,
  hasDescriptorPaths,
  type OpenFolder,
  standsAt,
} from "./open-folder.ts";
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

/**
 * Without waiting: opening a pipe would else last until somebody opens its other end. Windows has
 * none of the last three flags.
 */
const READ =
  constants.O_RDONLY |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0) |
  (constants.O_NOCTTY ?? 0);

const CHUNK_BYTES = 64 * 1024;

interface Reading {
  readonly name: string;
  readonly path: ConfinedPath;
  readonly maxBytes: number;
}

/** Reads a regular file of a folder. */
function readFileOf(folder: OpenFolder, { name, path, maxBytes }: Reading): Uint8Array {
  // Looked at first, because merely opening a device may do something.
  checkFile(standsAt(folder.pathOf(name)), path);
  const descriptor = openEntry(folder.pathOf(name), path);
  try {
    checkFile(fstatSync(descriptor), path);
    folder.confirm({ name, descriptor });
    const bytes = readUpTo(descriptor, maxBytes + 1);
    if (bytes.length > maxBytes) throw new FileFault("too-large", path.names);
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

function openEntry(systemPath: string, { names }: ConfinedPath): number {
  try {
    return openSync(systemPath, READ);
  } catch (error) {
    switch (codeOf(error)) {
      case "ENOENT":
        throw new FileFault("missing", names);
      case "ELOOP":
        throw new FileFault("link", names);
      default:
        throw error;
    }
  }
}

/** Does not rely on the size that the system reports: it may change, and is 0 below /proc. */
function readUpTo(descriptor: number, maxBytes: number): Uint8Array {
  const chunks: Buffer[] = [];
  let total = 0;
  while (total < maxBytes) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, maxBytes - total));
    const count = readSync(descriptor, chunk);
    if (count === 0) break;
    chunks.push(chunk.subarray(0, count));
    total += count;
  }
  return Buffer.concat(chunks);
}
