import { nodeProcesses } from "../../src/host/processes/node-processes.ts";
import type { Json } from "../../src/model/json.ts";
import { runShell, shellOf } from "../toolsets/shell-gate.ts";

/** Runs commands in a folder as a worker's `shell` with this `sandbox` does. */
export function walledShell(cwd: string, sandbox: Json = "workspace") {
  const config = { default: { approval_required: false }, sandbox };
  const shell = shellOf(config, nodeProcesses(process.env), { cwd, env: process.env });
  return (command: string, timeout_seconds = 30, signal = new AbortController().signal) =>
    runShell(shell, { command, timeout_seconds }, signal);
}

/** A command that runs a script within the wall. */
export function script(text: string): string {
  return `bash -c '${text.replaceAll("'", `'\\''`)}'`;
}
