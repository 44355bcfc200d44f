import { withLock } from "./file-lock.ts";
import type { LockHost } from "./lock-holder.ts";

/**
 * Appends a line to a file that other processes append to as well. A line that a crash cut short stays
 * a line of its own.
 *
 * @param line without its end
 * @throws LlmDoError `file` when it cannot be written; the file is as it was then
 */
export function appendShared(path: string, line: string, host: LockHost): void {
  withLock(path, host, {
    change: () => {
      const { files } = host;
      const isTorn = (files.stat(path)?.bytes ?? 0) > 0 && !files.readText(path).endsWith("\n");
      const file = files.openAppend(path);
      try {
        file.append(`${isTorn ? "\n" : ""}${line}\n`);
      } finally {
        file.close();
      }
    },
  });
}
