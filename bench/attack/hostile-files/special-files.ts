import { execFileSync } from "node:child_process";
import { closeSync, ftruncateSync, mkdirSync, openSync, symlinkSync, writeSync } from "node:fs";

/** What stands in the place of a file without being one, or is larger than any. */
export const SPECIAL_FILES: Readonly<Record<string, (path: string) => void>> = {
  "a pipe": (path) => void execFileSync("/usr/bin/env", ["mkfifo", path]),
  "a link to a device without end": (path) => symlinkSync("/dev/zero", path),
  "a link to the terminal": (path) => symlinkSync("/dev/tty", path),
  "a folder": (path) => void mkdirSync(path),
  "200 MB of NUL": (path) => large(path, ""),
  "200 MB behind a good beginning": (path) => large(path, "cassette: 1\n---\neffect: a\ncall: x\n"),
  "2 GB": (path) => large(path, "", 2 * 1024 ** 3),
};

/** Takes no room on the disk: what is not written reads as NUL. */
function large(path: string, beginning: string, bytes = 200 * 1024 ** 2): void {
  const descriptor = openSync(path, "w");
  writeSync(descriptor, beginning);
  ftruncateSync(descriptor, bytes);
  closeSync(descriptor);
}
