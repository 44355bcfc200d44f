import { createRequire, registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { main } from "../../src/cli/main.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import type { CliOptions, CliResult } from "./cli.ts";
import { repository } from "./cli.ts";
import { testHost } from "./host.ts";

/** What a command line that runs in this process can be given. */
export type CliHereOptions = Required<Pick<CliOptions, "cwd">> & Pick<CliOptions, "env" | "stdin">;

/**
 * Runs a command line from the sources, in this process: for tests of what a command does, in a folder
 * of its own. It costs milliseconds, where `runCli` starts a process. Tests of the process itself
 * (signals, streams, its environment, what is loaded) need `runCli`. Code in a folder is loaded once:
 * a test that changes it needs `runCli`, too.
 */
export function runCliHere(argv: readonly string[], options: CliHereOptions): Promise<CliResult> {
  // One after the other: they share the folder of this process.
  const running = before.then(() => runAlone(argv, options));
  before = running.catch(() => undefined);
  return running;
}

const HOME = process.cwd();
let before: Promise<unknown> = Promise.resolve();

async function runAlone(
  argv: readonly string[],
  { cwd, env = {}, stdin = "" }: CliHereOptions,
): Promise<CliResult> {
  const real = nodeHost();
  const host = testHost({
    clock: real.clock,
    random: real.random,
    createId: real.createId,
    machine: real.machine,
    isProcessAlive: real.isProcessAlive,
    processes: real.processes,
    pipedProcesses: real.pipedProcesses,
    stdin: { isTerminal: false, readAll: async () => stdin, readLine: async () => undefined },
    cwd,
    env,
  });
  const { signal } = new AbortController();
  // Code of a project may open files by paths that are relative to the process's own folder.
  process.chdir(cwd);
  try {
    const code = await main({ argv, host, signal, version: "0.0.0" });
    return { code, ...host.written };
  } finally {
    process.chdir(HOME);
  }
}

// As the command does for projects that have not installed llm-do; under vitest `import.meta.resolve`,
// which it asks, does not know the package itself.
const { resolve: resolveHere } = createRequire(join(repository, "package.json"));
registerHooks({
  resolve(specifier, context, nextResolve) {
    try {
      return nextResolve(specifier, context);
    } catch (error) {
      if (!/^llm-do(?:\/|$)/.test(specifier)) throw error;
      return { url: pathToFileURL(resolveHere(specifier)).href, shortCircuit: true };
    }
  },
});
