import { unwritable } from "../../errors/unwritable.ts";
import type { Host } from "../../host/host.ts";

export interface Written {
  readonly path: string;
  /** `kept`: it was there, is not what would be written, and `--force` was not given. */
  readonly how: "wrote" | "kept" | "unchanged";
}

/** @throws LlmDoError `file` when it cannot be written */
export function writeFile(
  path: string,
  text: string,
  { force, host: { files } }: { readonly force: boolean; readonly host: Host },
): Written {
  try {
    if (files.stat(path)) {
      if (files.readText(path) === text) return { path, how: "unchanged" };
      if (!force) return { path, how: "kept" };
    }
    files.write(path, text);
    return { path, how: "wrote" };
  } catch (cause) {
    throw unwritable(cause, { path });
  }
}
