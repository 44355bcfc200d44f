import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";

export const repository = resolve(import.meta.dirname, "../..");
const bin = resolve(repository, "dist/bin/llm-do.js");

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  /** The whole environment beside PATH; nothing of this process's leaks in. */
  readonly env?: Readonly<Record<string, string>>;
  /** What standard input holds; it is empty otherwise. */
  readonly stdin?: string;
  readonly nodeFlags?: readonly string[];
  /** Told when the process was started. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs the built command line. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return runNode([bin, ...args], options);
}

/** Runs a program under the Node of the tests. */
export function runNode(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { cwd = repository, env = {}, stdin = "", nodeFlags = [], onStart } = options;
  const child = spawn(process.execPath, [...nodeFlags, ...args], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.on("error", () => undefined); // the command may end without reading
  child.stdin.end(stdin);
  onStart?.(child);
  return new Promise((done, reject) => {
    child.on("error", reject);
    child.on("close", (code) => done({ code, stdout, stderr }));
  });
}
