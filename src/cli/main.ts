import { resolve } from "node:path";
import { EXIT, type ExitCode } from "../errors/codes.ts";
import { isLlmDoError, LlmDoError } from "../errors/llm-do-error.ts";
import { maskAddresses } from "../errors/masked-addresses.ts";
import { messageOf } from "../errors/message-of.ts";
import { isSystemFileError, unwritable } from "../errors/unwritable.ts";
import type { Host } from "../host/host.ts";
import { jsonError, jsonStack } from "../ui/json-view.ts";
import type { CassetteFlags, PruneFlags, RekeyFlags } from "./cassette-commands.ts";
import type { asPrompt as AsPrompt } from "./check-prompt.ts";
import type { CompareWords } from "./compare-flags.ts";
import type { HardenFlags } from "./harden-flags.ts";
import type { McpFlags } from "./mcp-flags.ts";
import { commandLineProblem, createProgram } from "./program.ts";
import type { CheckFlags, TypesFlags } from "./project-commands.ts";
import type { RunFlags } from "./run-flags.ts";
import type { GuardFlags, SoftenFlags, SwapFlags } from "./swap-flags.ts";
import { endingAtOnce, interrupted } from "./unless-interrupted.ts";

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
  const commands = {
    run: async (words: readonly string[], flags: RunFlags) => {
      const { runCommand } = await import("./run-command.ts");
      const onTold = (error: LlmDoError) => {
        told = error;
      };
      await runCommand({ words, flags, host, signal, command: argv, onTold });
    },
    check: async (files: readonly string[], flags: CheckFlags) => {
      const { checkCommand } = await import("./check-command.ts");
      await checkCommand(files, flags, host);
    },
    types: async (files: readonly string[], flags: TypesFlags) => {
      const { typesCommand } = await import("./types-command.ts");
      await typesCommand(files, flags, host);
    },
    init: async (folder: string) => {
      const { initCommand } = await import("./init-command.ts");
      await initCommand(folder, host);
    },
    mcp: async (files: readonly string[], flags: McpFlags) => {
      const { mcpCommand } = await import("./mcp-command.ts");
      await mcpCommand({ files, flags, host, signal, command: argv, version });
    },
    harden: async (files: readonly string[], flags: HardenFlags) => {
      const { hardenCommand } = await import("./harden-command.ts");
      exitCode = await hardenCommand({ files, flags, host, signal, command: argv });
    },
    swap: async (worker: string, flags: SwapFlags) => {
      const { swapCommand } = await import("./swap-command.ts");
      await swapCommand(worker, flags, host);
    },
    guard: async (workers: readonly string[], flags: GuardFlags) => {
      const { guardCommand } = await import("./guard-command.ts");
      await guardCommand(workers, flags, host);
    },
    soften: async (tool: string, flags: SoftenFlags) => {
      const { softenCommand } = await import("./soften-command.ts");
      await softenCommand(tool, flags, host);
    },
    verify: async (paths: readonly string[]) => {
      const { verifyCommand } = await import("./cassette-verify-command.ts");
      await verifyCommand(paths, host);
    },
    status: async (paths: readonly string[], flags: CassetteFlags) => {
      const { statusCommand } = await import("./cassette-status-command.ts");
      exitCode = await statusCommand(paths, flags, host);
    },
    prune: async (paths: readonly string[], flags: PruneFlags) => {
      const { pruneCommand } = await import("./cassette-prune-command.ts");
      await pruneCommand(paths, flags, host);
    },
    rekey: async (paths: readonly string[], flags: RekeyFlags) => {
      const { rekeyCommand } = await import("./cassette-rekey-command.ts");
      await rekeyCommand(paths, flags, host);
    },
    show: async (paths: readonly string[]) => {
      const { showCommand } = await import("./cassette-show-command.ts");
      await showCommand(paths, host);
    },
    compare: async (words: CompareWords) => {
      const { compareCommand } = await import("./compare-command.ts");
      exitCode = await compareCommand({ ...words, host, signal, command: argv });
    },
  };
  const writeOut = (text: string) => host.stdout.write(text);
  const endable = { ...commands, ...endingAtOnce(commands, signal) };
  const program = createProgram({ version, commands: endable, writeOut });
  const cwd = { files: host.files, resolve: (path: string) => resolve(host.cwd, path) };
  try {
    // Most of its flags are vitest's, which the program's own must not take.
    if (argv[0] === TEST) {
      const { testCommand } = await import("./test-command.ts");
      return await testCommand({ argv: argv.slice(1), host, signal, writeOut });
    }
    if (!isAboutItself(argv)) {
      const { checkPrompt } = await import("./check-prompt.ts");
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
    const cause = problem ? wrongCommandLine(problem.reason, asMeant) : thrown;
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
  const { asPrompt } = await import("./check-prompt.ts");
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

/** @param asMeant the command line that takes an unknown flag for a part of the prompt */
function wrongCommandLine(reason: string, asMeant: string | undefined): LlmDoError {
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
      "llm-do --help",
    ],
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
