import { randomUUID } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from "node:fs";
import { codeOf } from "../../errors/system-error.ts";
import { type ConfinedPath, FileFault } from "./confined-files.ts";
import { checkFile, type OpenFolder, standsAt } from "./open-folder.ts";

const CREATE =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/** Bits of a file's mode that the file in its place gets: who may read, write and execute. */
const PERMISSIONS = 0o777;

/** What the system lets a new file have, less the umask. */
const NEW_FILE = 0o666;

/** Codes of systems and disks that have no hard links. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set([
  ...["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL", "EMLINK", "UNKNOWN"],
]);

interface Writing {
  readonly name: string;
  readonly path: ConfinedPath;
  readonly content: Uint8Array;
  /** Whether nothing may stand there. */
  readonly isNew: boolean;
}

/**
 * Puts a whole file in the place of what stands in a folder, in one step. Whoever reads it, and
 * whatever breaks off, sees the old file or the new one.
 *
 * @throws FileFault for a link, a folder, a pipe or a device in its place; else the system's error
 */
export function writeEntry(
  folder: OpenFolder,
  { name, path, content, isNew }: Writing,
): "created" | "replaced" {
  const target = folder.pathOf(name);
  const before = standsAt(target);
  if (before && isNew) throw new FileFault("taken", path.names);
  if (before) {
    checkFile(before, path);
    // A rename would replace a file that may not be written to.
    accessSync(target, constants.W_OK);
  }
  withTemporary(folder, (temporary) => {
    writeNew(folder, temporary, { content, before, isSynced: true });
    // Takes the place of what stands there by now, be it a link, and never follows it.
    if (!isNew) renameSync(folder.pathOf(temporary), target);
    else if (!takeFree(folder, { name, content }, temporary))
      throw new FileFault("taken", path.names);
  });
  syncFolder(folder.self);
  return before ? "replaced" : "created";
}

type Entry = Pick<Writing, "name" | "content">;

/**
 * Makes a file that must not exist yet; it is never seen without its content.
 *
 * @returns false when something stands there
 * @throws the system's error; then nothing is left
 */
export function createEntry(folder: OpenFolder, { name, content }: Entry): boolean {
  return withTemporary(folder, (temporary) => {
    writeNew(folder, temporary, { content, before: undefined, isSynced: false });
    return takeFree(folder, { name, content }, temporary);
  });
}

/** Gives a file that is written a name where nothing may stand; false when something does. */
function takeFree(folder: OpenFolder, { name, content }: Entry, temporary: string): boolean {
  try {
    linkSync(folder.pathOf(temporary), folder.pathOf(name));
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    if (!NO_LINKS.has(codeOf(error))) throw error;
  }
  return createDirectly(folder, name, content);
}

/** Where there are no links: for a moment the file is there without its content. */
function createDirectly(folder: OpenFolder, name: string, content: Uint8Array): boolean {
  try {
    writeNew(folder, name, { content, before: undefined, isSynced: false });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    rmSync(folder.pathOf(name), { force: true });
    throw error;
  }
}

/** Uses the name of a file that does not exist, and removes what is there of it afterwards. */
function withTemporary<T>(folder: OpenFolder, use: (name: string) => T): T {
  const temporary = `.llm-do-${randomUUID()}.tmp`;
  try {
    return use(temporary);
  } finally {
    removeQuietly(folder.pathOf(temporary));
  }
}

/** What cannot be removed is no further news where the writing has failed. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    return;
  }
}

interface NewFile {
  readonly content: Uint8Array;
  /** The file whose place it is to take; undefined where there is none. */
  readonly before: Stats | undefined;
  /** Whether it is on the disk afterwards, and not only in the system's memory. */
  readonly isSynced: boolean;
}

function writeNew(folder: OpenFolder, name: string, file: NewFile): void {
  const { content, before, isSynced } = file;
  const mode = before && before.mode & PERMISSIONS;
  // What takes the place of a private file is private from its first byte on.
  const firstMode = mode === undefined ? NEW_FILE : mode & 0o600;
  const descriptor = openSync(folder.pathOf(name), CREATE, firstMode);
  try {
    folder.confirm({ name, descriptor });
    for (let done = 0; done < content.length; ) {
      done += writeSync(descriptor, content, done);
    }
    if (before) keepOwner(descriptor, before);
    if (mode !== undefined) fchmodSync(descriptor, mode);
    if (isSynced) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A file stays its owner's where another person, such as root, replaces it. */
function keepOwner(descriptor: number, { uid, gid }: Stats): void {
  if (process.getuid?.() === uid && process.getgid?.() === gid) return;
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    return; // only root may
  }
}

/** Makes a new name outlast a power cut. Not every system can; the file itself is whole anyhow. */
export function syncFolder(path: string): void {
  try {
    const descriptor = openSync(path, constants.O_RDONLY);
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return;
  }
}
