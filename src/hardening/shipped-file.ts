import { fileURLToPath } from "node:url";
import type { FileSystem } from "../host/files/file-system.ts";

/** Where the files stand, seen from this file as it is written and from a chunk of the bundle. */
const FOLDERS = ["./shipped/", "../hardening/shipped/"];

/**
 * The absolute path of a file that belongs to the package and is no module of it.
 *
 * @throws TypeError when the package is not whole
 */
export function shippedFile(name: string, files: FileSystem): string {
  for (const folder of FOLDERS) {
    const path = fileURLToPath(new URL(folder + name, import.meta.url));
    if (files.stat(path)) return path;
  }
  throw new TypeError(`llm-do was installed without its file ${name}`);
}
