import { dirname, join, resolve } from "node:path";
import { unwritable } from "../../../errors/unwritable.ts";
import type { FileSystem } from "../../../host/files/file-system.ts";
import type { Host } from "../../../host/host.ts";

/** The files of one worker's comparisons. */
export interface OutFolder {
  /** Absolute. */
  readonly path: string;
  /** The absolute path of a file in it. */
  file(name: string): string;
}

/**
 * The folder of a worker's comparisons: the one that is named, else `hardening/NAME` beside its file.
 *
 * @param named from the current folder
 */
export function outFolder(
  worker: { readonly name: string; readonly file: string },
  named: string | undefined,
  { cwd }: Pick<Host, "cwd">,
): OutFolder {
  const beside = join(dirname(resolve(cwd, worker.file)), "hardening", worker.name);
  const path = named === undefined ? beside : resolve(cwd, named);
  return { path, file: (name) => join(path, name) };
}

/** @throws LlmDoError `file` when it cannot be written */
export function writeReport(path: string, text: string, files: FileSystem): void {
  try {
    files.write(path, text);
  } catch (cause) {
    throw unwritable(cause, { path });
  }
}
