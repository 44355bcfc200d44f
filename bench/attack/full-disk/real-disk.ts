import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Harm } from "./trial.ts";

/** What commands did on a file system that was really full. */
export interface RealDiskEnd {
  readonly tried: number;
  readonly harms: readonly { readonly harm: Harm; readonly text: string }[];
}

/**
 * Runs the commands on a small file system of their own that is filled up.
 *
 * @returns undefined where this machine lets nobody mount one
 */
export async function onRealDisk(): Promise<RealDiskEnd | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "llm-do-real-disk-"));
  const subject = join(import.meta.dirname, "real-disk-subject.ts");
  const mount = 'mount -t tmpfs -o size=4m none "$1" && TMPDIR="$1" exec "$2" "$3"';
  try {
    const said = await outputOf("unshare", [
      ...["--mount", "sh", "-c", mount, "sh", folder, process.execPath, subject],
    ]);
    return said === undefined ? undefined : (JSON.parse(said) as RealDiskEnd);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Undefined where the program is missing or fails. */
function outputOf(program: string, args: readonly string[]): Promise<string | undefined> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  return new Promise((done) => {
    child.on("error", () => done(undefined));
    child.on("close", (code) => done(code === 0 ? said : undefined));
  });
}
