import { main } from "../../src/cli/main.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import type { CliOptions, CliResult } from "./cli.ts";
import { testHost } from "./host.ts";

/** What a command line that runs in this process can be given. */
export type CliHereOptions = Required<Pick<CliOptions, "cwd">> & Pick<CliOptions, "env">;

/**
 * Runs a command line from the sources, in this process: for tests of what a command does, in a folder
 * of its own. It costs milliseconds, where `runCli` starts a process. Tests of the process itself
 * (signals, streams, exit codes, what is loaded) need `runCli`. Give cassettes by their whole path: a
 * relative one is opened from the folder of this process.
 */
export async function runCliHere(
  argv: readonly string[],
  { cwd, env = {} }: CliHereOptions,
): Promise<CliResult> {
  const { clock, random, createId, processes, pipedProcesses } = nodeHost();
  const stdin = { isTerminal: false, readAll: async () => "", readLine: async () => undefined };
  const real = { clock, random, createId, processes, pipedProcesses };
  const host = testHost({ ...real, cwd, env, stdin });
  const { signal } = new AbortController();
  const code = await main({ argv, host, signal, version: "0.0.0" });
  return { code, ...host.written };
}
