import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { type ConfinedPath, FileFault } from "./confined-files.ts";
import { checkFile, type OpenFolder, standsAt } from "./open-folder.ts";
import { codeOf } from "./system-error.ts";

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
  /** Whether nothing may stand there. */
  readonly isNew: boolean;
}

/** Puts a whole file in the place of what stands in a folder, in one step. */
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
  const temporary = `.llm-do-${globalThis.crypto.randomUUID()}.tmp`;
  try {
    writeNew(folder, temporary, { content, mode: before && before.mode & PERMISSIONS });
    // Takes the place of what stands there by now, be it a link, and never follows it.
    if (isNew) moveToFree(folder.pathOf(temporary), target);
    else renameSync(folder.pathOf(temporary), target);
  } catch (error) {
    rmSync(folder.pathOf(temporary), { force: true });
    throw isNew && codeOf(error) === "EEXIST" ? new FileFault("taken", path.names) : error;
  }
  return before ? "replaced" : "created";
}

/** What a file system reports that has no second names for files. */
const NO_LINKS: readonly (string | undefined)[] = [
  "EPERM",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EMLINK",
];

/** Moves a file to where nothing stands; where something does, the system reports `EEXIST`. */
function moveToFree(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!NO_LINKS.includes(codeOf(error))) throw error;
    closeSync(openSync(to, CREATE, NEW_FILE)); // an empty one of our own, which is then replaced
    renameSync(from, to);
    return;
  }
  rmSync(from);
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
