import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import type { ConfinedPath } from "./confined-files.ts";
import { checkFile, type OpenFolder, standsAt } from "./open-folder.ts";

const CREATE =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/** Bits of a file's mode that the file in its place gets: who may read, write and execute. */
const PERMISSIONS = 0o777;

/** What the system lets a new file have, less the umask. */
const NEW_FILE = 0o666;

interface Writing {
  readonly name: string;
  readonly path: ConfinedPath;
  readonly content: Uint8Array;
}

/** Puts a whole file in the place of what stands in a folder, in one step. */
export function writeEntry(
  folder: OpenFolder,
  { name, path, content }: Writing,
): "created" | "replaced" {
  const target = folder.pathOf(name);
  const before = standsAt(target);
  if (before) {
    checkFile(before, path);
    // A rename would replace a file that may not be written to.
    accessSync(target, constants.W_OK);
  }
  const temporary = `.llm-do-${globalThis.crypto.randomUUID()}.tmp`;
  try {
    writeNew(folder, temporary, { content, mode: before && before.mode & PERMISSIONS });
    // Takes the place of what stands there by now, be it a link, and never follows it.
    renameSync(folder.pathOf(temporary), target);
  } catch (error) {
    rmSync(folder.pathOf(temporary), { force: true });
    throw error;
  }
  return before ? "replaced" : "created";
}

interface NewFile {
  readonly content: Uint8Array;
  readonly mode: number | undefined;
}

function writeNew(folder: OpenFolder, name: string, { content, mode }: NewFile): void {
  // What takes the place of a private file is private from its first byte on.
  const firstMode = mode === undefined ? NEW_FILE : mode & 0o600;
  const descriptor = openSync(folder.pathOf(name), CREATE, firstMode);
  try {
    folder.confirm({ name, descriptor });
    for (let done = 0; done < content.length; ) {
      done += writeSync(descriptor, content, done);
    }
    if (mode !== undefined) fchmodSync(descriptor, mode);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
