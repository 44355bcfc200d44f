import { EXIT, type ExitCode } from "../errors/exit-codes.ts";
import { isLlmDoError, LlmDoError, messageOf } from "../errors/llm-do-error.ts";
import type { Host } from "../host/host.ts";
import { jsonError } from "../ui/json-view.ts";
import { commandLineProblem, createProgram } from "./program.ts";
import type { RunFlags } from "./run-flags.ts";

export interface Main {
  /** The command line without the program's name. */
  readonly argv: readonly string[];
  readonly host: Host;
  /** Aborts when the person interrupts. */
  readonly signal: AbortSignal;
  readonly version: string;
}

/** Runs one command line to its exit code; reports errors, throws none. */
export async function main({ argv, host, signal, version }: Main): Promise<ExitCode> {
  let reported = false;
  const commands = {
    run: async (words: readonly string[], flags: RunFlags) => {
      const { runCommand } = await import("./run-command.ts");
      await runCommand({ words, flags, host, signal, command: argv });
    },
    verify: async (paths: readonly string[]) => {
      const { verifyCommand } = await import("./cassette-command.ts");
      await verifyCommand(paths, host);
    },
  };
  const program = createProgram(version, commands);
  program.configureOutput({
    writeOut: (text) => host.stdout.write(text),
    writeErr: (text) => {
      reported = true;
      host.stderr.write(text);
    },
    outputError: () => undefined,
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return EXIT.done;
  } catch (error) {
    const problem = commandLineProblem(error);
    if (problem?.isHelp) return reported ? EXIT.usage : EXIT.done;
    return report(problem ? wrongCommandLine(problem.reason) : error, argv, host);
  }
}

function report(error: unknown, argv: readonly string[], host: Host): ExitCode {
  const known = isLlmDoError(error);
  if (argv.includes("--json")) {
    // An error of the run itself was already an event.
    host.stderr.write(jsonError(known ? error : unexpected(error)));
  } else {
    host.stderr.write(`${(known ? error : unexpected(error)).report()}\n`);
  }
  if (argv.includes("--debug")) host.stderr.write(`${stackOf(error)}\n`);
  return known ? error.exitCode : EXIT.failed;
}

function wrongCommandLine(reason: string): LlmDoError {
  const [what = "", ...suggestion] = reason.split(/ (?=\(Did you mean)/);
  return new LlmDoError({
    code: "usage",
    verb: "read",
    what: "command line",
    reason: what.replace(/\.$/, ""),
    tries: [
      ...suggestion.map((text) => text.replace(/^\(Did you mean (.*)\?\)$/, "$1")),
      "llm-do --help",
    ],
  });
}

function unexpected(error: unknown): LlmDoError {
  return new LlmDoError({
    code: "call",
    verb: "run",
    what: "llm-do",
    reason: `this is a bug in llm-do: ${messageOf(error)}`,
    tries: ["run it again with --debug and report what it prints"],
    cause: error,
  });
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const below = error.cause === undefined ? "" : `\ncaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${below}`;
}
