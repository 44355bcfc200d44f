import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { AppendFile, FileStat, FileSystem } from "./file-system.ts";
import { readSettled } from "./read-settled.ts";

/** The file system of this machine. */
export const nodeFileSystem: FileSystem = {
  stat: statOrUndefined,
  readBytes: (path) => readFileSync(path),
  readText,
  readSettled,
  write: (path, content) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  },
  createExclusive,
  openAppend,
  rename: (from, to) => renameSync(from, to),
  remove: (path) => rmSync(path, { force: true }),
  list: (path) => readdirSync(path).sort(),
  realPath: (path) => realpathSync(path),
};

/** Node has no longer text, and no file of text that a person keeps comes near it. */
const MOST_TEXT_BYTES = 512 * 1024 ** 2 - 1024;

function readText(path: string): string {
  const stat = statSync(path);
  // Reading a pipe would last until somebody writes to it, and a device may never end.
  if (stat.isDirectory()) throw unreadable(path, "it is a folder, not a file");
  if (!stat.isFile()) throw unreadable(path, "it is a pipe or a device, not a file");
  if (stat.size > MOST_TEXT_BYTES) throw unreadable(path, "it is larger than 512 MB");
  return readFileSync(path, "utf8");
}

function unreadable(what: string, reason: string): LlmDoError {
  const tries = ["name a file"];
  return new LlmDoError({ code: "file", verb: "read", what, reason, tries });
}

function statOrUndefined(path: string): FileStat | undefined {
  const stat = statOfName(path);
  if (!stat) return undefined;
  const kind = stat.isFile() ? "file" : stat.isDirectory() ? "directory" : "other";
  return { kind, bytes: stat.size };
}

function statOfName(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // Nothing can stand at such a path: a prompt without a space, tried as one.
    if (error instanceof Error && "code" in error && error.code === "ENAMETOOLONG")
      return undefined;
    throw error;
  }
}

function createExclusive(path: string, content: string): boolean {
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(path, content, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function openAppend(path: string): AppendFile {
  mkdirSync(dirname(path), { recursive: true });
  const descriptor = openSync(path, "a");
  return {
    append: (text) => appendWhole(descriptor, text),
    truncate: (bytes) => ftruncateSync(descriptor, bytes),
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
