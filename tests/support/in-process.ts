import process from "node:process";
import { main } from "../../src/cli/main.ts";
import { scratchFoldersIn } from "../../src/host/files/node-scratch-folders.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import { nodePipedProcesses } from "../../src/host/processes/node-piped-processes.ts";
import { nodeProcesses } from "../../src/host/processes/node-processes.ts";
import { inFolder } from "../../src/host/this-process.ts";
import { type CliOptions, type CliResult, repository } from "./cli.ts";
import { temporaryFolder } from "./host.ts";

type HereOptions = Pick<CliOptions, "cwd" | "env">;

/** One at a time: the current folder and the variables are those of the whole process. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs a command line as `runCli` does, but in this process: a start takes half a second of a
 * processor. At least one test of each command starts it for real. Not for what starts vitest, and
 * not for code files that change between two runs: a process imports a file once.
 */
export function runHere(args: readonly string[], options: HereOptions = {}): Promise<CliResult> {
  const result = last.then(() => mainHere(args, options));
  last = result.catch(() => undefined);
  return result;
}

async function mainHere(
  args: readonly string[],
  { cwd = repository, env: given = {} }: HereOptions,
): Promise<CliResult> {
  const written = { stdout: "", stderr: "" };
  const env = { PATH: process.env["PATH"] ?? "", ...given };
  using temporary = temporaryFolder();
  using _folder = inFolder(cwd);
  using _variables = withVariables(given);
  const code = await main({
    argv: args,
    host: {
      ...nodeHost(),
      env,
      cwd,
      scratch: scratchFoldersIn(given["TMPDIR"] ?? temporary.path),
      processes: nodeProcesses(env),
      pipedProcesses: nodePipedProcesses(),
      stdout: outputTo((text) => (written.stdout += text)),
      stderr: outputTo((text) => (written.stderr += text)),
      stdin: { isTerminal: false, readAll: async () => "", readLine: async () => undefined },
    },
    signal: new AbortController().signal,
    version: "0.0.0",
  });
  return { code, ...written };
}

function outputTo(write: (text: string) => unknown) {
  return { write: (text: unknown) => void write(String(text)), isTerminal: false, columns: 80 };
}

/** Sets variables of this process, for the code of a project that asks for them. */
function withVariables(env: Readonly<Record<string, string>>): Disposable {
  const before = new Map(Object.keys(env).map((name) => [name, process.env[name]]));
  Object.assign(process.env, env);
  return {
    [Symbol.dispose]() {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    },
  };
}
