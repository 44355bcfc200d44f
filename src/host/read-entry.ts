import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { codeOf } from "../errors/system-error.ts";
import { type ConfinedPath, FileFault } from "./confined-files.ts";
import { checkFile, type OpenFolder, standsAt } from "./open-folder.ts";

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
export function readFileOf(folder: OpenFolder, { name, path, maxBytes }: Reading): Uint8Array {
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
