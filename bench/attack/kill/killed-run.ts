import { type ChildProcess, spawn } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { BIN } from "./project.ts";

/** When a run is killed: as soon as its cassette has so many bytes, or after so long. */
export type Moment =
  | { readonly kind: "bytes"; readonly bytes: number }
  | { readonly kind: "time"; readonly ms: number }
  | { readonly kind: "never" };

export interface RunEnd {
  /** Whether the signal was sent before the run had ended. */
  readonly wasKilled: boolean;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface KilledRun {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly mode: "auto" | "replay";
  readonly moment: Moment;
  readonly signal: "SIGKILL" | "SIGTERM";
}

const POLL_MS = 1;
/** A run that takes longer hangs. */
const LONGEST_MS = 90_000;

/** Starts a run, and kills it at its moment. */
export async function killedRun({ folder, env, mode, moment, signal }: KilledRun): Promise<RunEnd> {
  const words = ["main.worker", "tools.ts", "Go.", "--cassette", "c.yaml", "--mode", mode];
  const child = spawn(process.execPath, [BIN, ...words, "--no-keep"], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  // Not "close": what is left behind may hold the outputs.
  const ended = new Promise<Pick<RunEnd, "code" | "signal">>((done) => {
    child.once("exit", (code, by) => done({ code, signal: by }));
  });
  let wasKilled = false;
  const kill = () => {
    wasKilled = child.kill(signal);
  };
  const stop = killAt(moment, { child, folder, kill });
  const hang = setTimeout(() => child.kill("SIGKILL"), LONGEST_MS);
  const end = await ended;
  stop();
  clearTimeout(hang);
  return { ...end, wasKilled, stdout, stderr };
}

interface Target {
  readonly child: ChildProcess;
  readonly folder: string;
  readonly kill: () => void;
}

/** @returns what stops waiting for the moment */
function killAt(moment: Moment, { child, folder, kill }: Target): () => void {
  switch (moment.kind) {
    case "never":
      return () => undefined;
    case "time": {
      const timer = setTimeout(kill, moment.ms);
      return () => clearTimeout(timer);
    }
    case "bytes": {
      const path = join(folder, "c.yaml");
      const timer = setInterval(() => {
        const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
        if (bytes < moment.bytes || child.exitCode !== null) return;
        clearInterval(timer);
        kill();
      }, POLL_MS);
      return () => clearInterval(timer);
    }
  }
}
