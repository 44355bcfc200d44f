import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from "node:fs";
import { DESCRIPTORS, hasDescriptorPaths } from "./open-folder.ts";

/** Without waiting for the other end of a pipe; Windows has none of the last two flags. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

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
