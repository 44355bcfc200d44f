import { resolve } from "node:path";
import type { Command } from "commander";
import { EXIT, type ExitCode } from "../errors/codes.ts";
import { isLlmDoError, LlmDoError } from "../errors/llm-do-error.ts";
import { maskAddresses } from "../errors/masked-addresses.ts";
import { messageOf } from "../errors/message-of.ts";
import { isSystemFileError, unwritable } from "../errors/unwritable.ts";
import type { Host } from "../host/host.ts";
import { jsonError, jsonStack } from "../ui/json-view.ts";
import type { CommandContext } from "./command.ts";
import { commandLineProblem, createProgram, type Run } from "./program.ts";
import type { asPrompt as AsPrompt } from "./run/check-prompt.ts";

/** The command whose line is read apart. */
const TEST = "test";

interface Main {
  /** The command line without the program's name. */
  readonly argv: readonly string[];
  readonly host: Host;
  /** Aborts when the person interrupts. */
  readonly signal: AbortSignal;
  readonly version: string;
}

/** Runs one command line to its exit code; reports errors, throws none. */
export async function main({ argv, host, signal, version }: Main): Promise<ExitCode> {
  let told: LlmDoError | undefined;
  let exitCode: ExitCode = EXIT.done;
  const end = (code: ExitCode) => {
    exitCode = code;
  };
  const context: CommandContext = { argv, host, signal, version, end };
  const run: Run = async (words, flags) => {
    const { runCommand } = await import("./run/run-command.ts");
    const onTold = (error: LlmDoError) => {
      told = error;
    };
    await runCommand({ words, flags, host, signal, command: argv, onTold });
  };
  const program = createProgram(run, context);
  const cwd = { files: host.files, resolve: (path: string) => resolve(host.cwd, path) };
  try {
    // Most of its flags are vitest's, which the program's own must not take.
    if (argv[0] === TEST) {
      const { testCommand } = await import("./commands/test.ts");
      return await testCommand(context);
    }
    if (!isAboutItself(argv)) {
      const { checkPrompt } = await import("./run/check-prompt.ts");
      checkPrompt(argv, program, cwd);
    }
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (thrown) {
    const problem = commandLineProblem(thrown);
    if (problem?.isHelp) return EXIT.done;
    // Whoever ended it for another reason than a signal tells it.
    if (signal.aborted && isLlmDoError(signal.reason)) return signal.reason.exitCode;
    const asMeant = problem?.isUnknownFlag ? await meantPrompt(argv, program, cwd) : undefined;
    const help = helpFor(argv, program);
    const cause = problem ? wrongCommandLine(problem.reason, { asMeant, help }) : thrown;
    const error = isLlmDoError(cause)
      ? cause
      : signal.aborted && cause === signal.reason
        ? interrupted(argv, cause)
        : unexpected(cause);
    await report(error, { argv, host, isTold: error === told });
    return error.exitCode;
  }
}

/** Whether a command line asks for the help or the version alone, which is to be there at once. */
function isAboutItself(argv: readonly string[]): boolean {
  return argv.length <= 1 && /^(?:--?\w+)?$/.test(argv[0] ?? "");
}

async function meantPrompt(...words: Parameters<typeof AsPrompt>): Promise<string | undefined> {
  const { asPrompt } = await import("./run/check-prompt.ts");
  return asPrompt(...words);
}

interface Reporting {
  readonly argv: readonly string[];
  readonly host: Host;
  /** Whether the error was an event of the run, which `--json` shows. */
  readonly isTold: boolean;
}

/** Shows an error to a person, or as JSON to a program. */
export async function report(error: LlmDoError, { argv, host, isTold }: Reporting): Promise<void> {
  // What a tool or a service says of a request may hold the key that it was made with.
  const { SecretScanner } = await import("../cassette/secrets/secret-scanner.ts");
  const scanner = new SecretScanner(host.env);
  const write = (text: string) => host.stderr.write(scanner.mask(text));
  const isDebug = argv.includes("--debug");
  if (argv.includes("--json")) {
    if (!isTold) write(jsonError(error));
    if (isDebug) write(jsonStack(stackOf(error)));
    return;
  }
  write(`${error.report()}\n`);
  if (isDebug) write(`${stackOf(error)}\n`);
}

/** The help of the command that was meant, as far as the first words name one. */
function helpFor([first, ...rest]: readonly string[], program: Command): string {
  const named = program.commands.find((command) => command.name() === first);
  if (named) return helpFor(rest, named);
  const words: string[] = [];
  for (let at: Command | null = program; at; at = at.parent) words.unshift(at.name());
  return `${words.join(" ")} --help`;
}

interface Helping {
  /** The command line that takes an unknown flag for a part of the prompt. */
  readonly asMeant: string | undefined;
  readonly help: string;
}

function wrongCommandLine(reason: string, { asMeant, help }: Helping): LlmDoError {
  const [what = "", ...suggestion] = reason.split(/ (?=\(Did you mean)/);
  const isMisspelt = suggestion.length > 0;
  return new LlmDoError({
    code: "usage",
    verb: "read",
    what: "command line",
    reason: what.replace(/\.$/, ""),
    tries: [
      ...suggestion.map((text) => text.replace(/^\(Did you mean (.*)\?\)$/, "$1")),
      ...(asMeant === undefined || isMisspelt ? [] : [`if it is the prompt: ${asMeant}`]),
      help,
    ],
  });
}

/** The error of a command that a signal ended. */
function interrupted(argv: readonly string[], cause: unknown): LlmDoError {
  const what = argv[0] ?? "llm-do";
  return new LlmDoError({
    code: "aborted",
    verb: "run",
    what,
    reason: "it was interrupted",
    cause,
  });
}

function unexpected(error: unknown): LlmDoError {
  if (isSystemFileError(error)) {
    const path = typeof error.path === "string" ? error.path : "files";
    return unwritable(error, { path, verb: "use" });
  }
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
  return maskAddresses(`${error.stack ?? error.message}${below}`);
}
