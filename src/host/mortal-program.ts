import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { shellQuote } from "../errors/shell-quote.ts";
import { findProgram } from "./find-program.ts";
import { nodeScratchFolders } from "./node-scratch-folders.ts";
import { removeAtExit } from "./remove-at-exit.ts";

/** A program that the kernel ends when the process that started it is gone, however that ended. */
export interface MortalProgram {
  readonly path: string;
  /** Folders that nobody else may write to; what stands there is run. */
  readonly folders: readonly string[];
}

/**
 * Wraps a program by `setpriv` of util-linux; where that is missing, the program is as it was.
 *
 * @param searchPath absolute folders, with `:` between them
 */
export function mortalProgram(program: string, searchPath: string): MortalProgram {
  const setpriv = findProgram("setpriv", { cwd: "/", path: searchPath });
  if (setpriv.kind === "missing") return { path: program, folders: [] };
  const { path: folder } = removeAtExit(nodeScratchFolders.make());
  const path = join(folder, "program");
  const words = [setpriv.path, "--pdeathsig", "KILL", program].map(shellQuote).join(" ");
  writeFileSync(path, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  return { path, folders: [folder] };
}
