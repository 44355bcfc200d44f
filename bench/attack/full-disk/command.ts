import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { main } from "../../../src/cli/main.ts";
import { nodeHost } from "../../../src/host/node-host.ts";
import { inFolder } from "../../../src/host/this-process.ts";
import { type DiskFailure, failingDisk } from "../../../tests/support/failing-disk.ts";
import { testHost } from "../../../tests/support/host.ts";

const NOW_MS = Date.UTC(2026, 0, 1);

export interface CommandEnd {
  readonly code: number | null;
  readonly said: string;
  /** What it changed on the disk, in order. */
  readonly changes: readonly string[];
}

/** Runs a command line in a folder, in this process, where changes of the disk fail. */
export async function runHere(
  argv: readonly string[],
  folder: string,
  failure?: DiskFailure,
): Promise<CommandEnd> {
  // What is recorded anew takes another time than what was recorded before.
  const stepMs = failure ? 2 : 1;
  let readings = 0;
  const { clock, processes, pipedProcesses } = nodeHost();
  let ids = 0;
  const host = testHost({
    cwd: folder,
    clock: { ...clock, nowMs: () => NOW_MS, monotonicMs: () => stepMs * ++readings },
    processes,
    pipedProcesses,
    createId: () => `id-${++ids}-${globalThis.crypto.randomUUID()}`,
  });
  const { signal } = new AbortController();
  using _folder = inFolder(folder); // paths are relative to where a command is run
  using disk = failingDisk(folder, failure);
  const code = await main({ argv, host, signal, version: "0" });
  return { code, said: host.written.stdout + host.written.stderr, changes: [...disk.changes] };
}

const repository = resolve(import.meta.dirname, "../../..");

/** The same with the built command, in processes of its own, which count their changes together. */
export async function runApart(
  argv: readonly string[],
  folder: string,
  failure: DiskFailure = {},
): Promise<CommandEnd> {
  const log = join(folder, "../changes.log");
  writeFileSync(log, "");
  const preload = join(import.meta.dirname, "failing-process.ts");
  const child = spawn(process.execPath, [join(repository, "dist/bin/llm-do.js"), ...argv], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"] ?? "",
      NODE_OPTIONS: `--import=${preload}`,
      FULL_DISK: JSON.stringify({ folder, log, ...failure }),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  const code = await new Promise<number | null>((done) => child.on("close", done));
  const changes = readFileSync(log, "utf8").split("\n").filter(Boolean);
  return { code, said, changes };
}
