import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { codeOf } from "../../errors/system-error.ts";
import { unwritable } from "../../errors/unwritable.ts";
import { FileFault } from "../confined/confined-files.ts";
import { checkFile, type OpenFolder, standsAt } from "../confined/open-folder.ts";
import { createEntry, syncFolder, writeEntry } from "../confined/write-entry.ts";
import type { AppendFile, EntryKind, FileStat, FileSystem } from "./file-system.ts";
import { readLines, readPart, readSettledFile, readText } from "./node-reads.ts";

/** Opens for appending without following a link, and without waiting for the reader of a pipe. */
const APPEND =
  constants.O_WRONLY |
  constants.O_APPEND |
  constants.O_CREAT |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

const UNCHANGED = "what stood there is unchanged";

/** The file system of this machine. */
export const nodeFileSystem: FileSystem = {
  stat: statOrUndefined,
  kindAt: (path) => {
    const stat = namedStat(path, standsAt);
    return stat && (stat.isSymbolicLink() ? "link" : entryKind(stat));
  },
  readBytes: (path) => readFileSync(path),
  readText,
  readLines,
  readSettled: readSettledFile,
  write: (path, content) =>
    explained(path, UNCHANGED, () => {
      const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
      writeEntry(folderOf(path), { ...confinedEntry(path), content: bytes, isNew: false });
    }),
  createExclusive: (path, content) =>
    explained(path, "nothing was written", () =>
      createEntry(folderOf(path), {
        ...confinedEntry(path),
        content: Buffer.from(content, "utf8"),
      }),
    ),
  openAppend: (path) => explained(path, UNCHANGED, () => openAppend(path)),
  appendLine: (path, line) => explained(path, UNCHANGED, () => appendLine(path, line)),
  readPart,
  rename: (from, to) =>
    explained(to, UNCHANGED, () => {
      syncFile(from);
      renameSync(from, to);
      syncFolder(dirname(to));
    }),
  remove: (path) => explained(path, undefined, () => rmSync(path, { force: true })),
  list: (path) => readdirSync(path).sort(),
  realPath: (path) => realpathSync(path),
};

function statOrUndefined(path: string): FileStat | undefined {
  const stat = namedStat(path, (name) => statSync(name, { throwIfNoEntry: false }));
  return stat && { kind: entryKind(stat), bytes: stat.size, modifiedMs: stat.mtimeMs };
}

function entryKind(stat: Stats): Exclude<EntryKind, "link"> {
  return stat.isFile() ? "file" : stat.isDirectory() ? "directory" : "other";
}

function namedStat(path: string, statOf: (path: string) => Stats | undefined): Stats | undefined {
  try {
    return statOf(path);
  } catch (error) {
    // Nothing can stand at such a path: a prompt without a space, tried as one.
    if (codeOf(error) === "ENAMETOOLONG") return undefined;
    throw error;
  }
}

/** The folder that a file is in, made where it is missing; links on the way to it are followed. */
function folderOf(path: string): OpenFolder {
  const self = dirname(path);
  mkdirSync(self, { recursive: true });
  return { self, pathOf: (name) => join(self, name), confirm: () => {}, close: () => {} };
}

function confinedEntry(path: string) {
  const name = basename(path);
  return { name, path: { root: dirname(path), names: [name] } };
}

function openAppend(path: string): AppendFile {
  const folder = folderOf(path);
  const { name, path: confined } = confinedEntry(path);
  const before = standsAt(folder.pathOf(name));
  if (before) checkFile(before, confined); // says what stands there, where the system has a code only
  const descriptor = openSync(path, APPEND, 0o666);
  try {
    checkFile(fstatSync(descriptor), confined);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return {
    append: (text) => explained(path, UNCHANGED, () => appendWhole(descriptor, text)),
    truncate: (bytes) => explained(path, UNCHANGED, () => ftruncateSync(descriptor, bytes)),
    close: () => closeSync(descriptor),
  };
}

function appendWhole(descriptor: number, text: string): void {
  const bytes = Buffer.from(text, "utf8");
  const sizeBefore = fstatSync(descriptor).size;
  try {
    const written = writeSync(descriptor, bytes);
    if (written === bytes.length) return;
    // A full disk first takes a part and only then reports an error.
    throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  } catch (error) {
    ftruncateSync(descriptor, sizeBefore);
    throw error;
  }
}

/** Reads as well, to see how the file ends. */
const APPEND_SHARED = (APPEND & ~constants.O_WRONLY) | constants.O_RDWR;

const OWNER_ONLY = 0o600;

function appendLine(path: string, line: string): void {
  const descriptor = openShared(path);
  try {
    const stat = fstatSync(descriptor);
    checkFile(stat, confinedEntry(path).path);
    const bytes = Buffer.from(`${isTorn(descriptor, stat.size) ? "\n" : ""}${line}\n`, "utf8");
    const written = writeSync(descriptor, bytes);
    // Cutting it back would cut what others have appended since: the next line begins anew instead.
    if (written < bytes.length) {
      throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Looks at what stands on the way only where it does not open: lines are appended often. */
function openShared(path: string): number {
  try {
    return openSync(path, APPEND_SHARED, OWNER_ONLY);
  } catch (error) {
    const before = standsAt(path);
    if (before) checkFile(before, confinedEntry(path).path);
    if (codeOf(error) !== "ENOENT") throw error;
    folderOf(path);
    return openSync(path, APPEND_SHARED, OWNER_ONLY);
  }
}

const LINE_END = 10;

function isTorn(descriptor: number, size: number): boolean {
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  return readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== LINE_END;
}

/** A file that is to take another's place is on the disk first. A folder cannot be asked for that. */
function syncFile(path: string): void {
  if (!standsAt(path)?.isFile()) return;
  const descriptor = openSync(path, constants.O_RDWR);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** @throws LlmDoError `file` in the place of what the system throws */
function explained<T>(path: string, state: string | undefined, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof FileFault) throw refusedFault(path, error);
    throw unwritable(error, { path, ...(state === undefined ? {} : { state }) });
  }
}

/** What stands in the place of a file, in words; `missing` and the like do not come from a check. */
const FAULTS: Partial<Record<FileFault["kind"], string>> = {
  link: "a symbolic link stands there, and llm-do writes through none",
  folder: "a folder stands there",
  special: "a pipe, a socket or a device stands there",
};

function refusedFault(path: string, fault: FileFault): LlmDoError {
  return new LlmDoError({
    code: "file",
    verb: "write",
    what: path,
    reason: FAULTS[fault.kind] ?? fault.message,
    tries: ["name another file, or put a regular file in its place"],
    cause: fault,
  });
}
