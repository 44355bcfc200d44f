import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { DESCRIPTORS, hasDescriptorPaths } from "../confined/open-folder.ts";

/** Without waiting for the other end of a pipe; Windows has none of the last two flags. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Node has no longer text, and no file of text that a person keeps comes near it. */
const MOST_TEXT_BYTES = 512 * 1024 ** 2 - 1024;

/** @throws LlmDoError `file` for what is not a regular file, or larger than a text can be */
export function readText(path: string): string {
  const stat = readableStat(path);
  if (stat.size > MOST_TEXT_BYTES) throw unreadable(path, "it is larger than 512 MB");
  return readFileSync(path, "utf8");
}

/** Bytes that are read at once. */
const BLOCK_BYTES = 1024 ** 2;

/** Reads the lines of a text without holding all of it. */
export function* readLines(path: string): Generator<string> {
  readableStat(path);
  const descriptor = openSync(path, "r");
  try {
    const block = Buffer.alloc(BLOCK_BYTES);
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const bytes = readSync(descriptor, block);
      const text = decoder.decode(block.subarray(0, bytes), { stream: bytes > 0 });
      const lines = text.split("\n");
      lines[0] = rest + lines[0];
      rest = lines.pop() ?? "";
      for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
      if (bytes === 0) break;
    }
    if (rest !== "") yield rest;
  } finally {
    closeSync(descriptor);
  }
}

function readableStat(path: string): Stats {
  const stat = statSync(path);
  // Reading a pipe would last until somebody writes to it, and a device may never end.
  if (stat.isDirectory()) throw unreadable(path, "it is a folder, not a file");
  if (!stat.isFile()) throw unreadable(path, "it is a pipe or a device, not a file");
  return stat;
}

function unreadable(what: string, reason: string): LlmDoError {
  const tries = ["name a file"];
  return new LlmDoError({ code: "file", verb: "read", what, reason, tries });
}

/** Reads some bytes of a file; fewer where it ends before. */
export function readPart(
  path: string,
  { from, bytes }: { readonly from: number; readonly bytes: number },
): Uint8Array {
  const descriptor = openSync(path, READ);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw unreadable(path, "it is not a file");
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(bytes, stat.size - from)));
    let filled = 0;
    while (filled < buffer.length) {
      const count = readSync(descriptor, buffer, filled, buffer.length - filled, from + filled);
      if (count === 0) break; // it was cut meanwhile
      filled += count;
    }
    return buffer.subarray(0, filled);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Reads the regular file at a path without links.
 *
 * @throws Error when what was opened does not stand at this very path: a link was put on the way
 */
export function readSettledFile(path: string): Uint8Array {
  const descriptor = openSync(path, READ);
  try {
    if (!fstatSync(descriptor).isFile()) throw new Error("it is not a file");
    if (!isStandingAt(descriptor, path)) throw new Error("it was moved while it was being opened");
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Whether an open file is what stands at a path. Where only the path can be asked, it is asked. */
function isStandingAt(descriptor: number, path: string): boolean {
  if (hasDescriptorPaths()) return readlinkSync(`${DESCRIPTORS}/${descriptor}`) === path;
  const [open, named] = [fstatSync(descriptor), statSync(path)];
  return realpathSync(path) === path && open.ino === named.ino && open.dev === named.dev;
}
