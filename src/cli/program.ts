import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { addCassetteCommands, type CassetteCommands } from "./cassette-commands.ts";
import { addCompareCommand, type CompareWords } from "./compare-flags.ts";
import { addHardenCommand, type HardenFlags } from "./harden-flags.ts";
import { APPROVAL_FLAGS_HELP, EXIT_CODES_HELP, RUN_EXAMPLES_HELP } from "./help-text.ts";
import { addMcpCommand, type McpFlags } from "./mcp-flags.ts";
import { addProjectCommands, type ProjectCommands } from "./project-commands.ts";
import type { RunFlags } from "./run-flags.ts";
import { addSwapCommands, type SwapCommands } from "./swap-flags.ts";

interface Commands extends ProjectCommands, CassetteCommands, SwapCommands {
  run(words: readonly string[], flags: RunFlags): Promise<void>;
  mcp(files: readonly string[], flags: McpFlags): Promise<void>;
  harden(files: readonly string[], flags: HardenFlags): Promise<void>;
  compare(words: CompareWords): Promise<void>;
}

export interface ProgramParts {
  readonly version: string;
  readonly commands: Commands;
  /** Takes help and the version; what is wrong is thrown. */
  writeOut(text: string): void;
}

/** The command line: flags and their help; what they do is in the commands. */
export function createProgram({ version, commands, writeOut }: ProgramParts): Command {
  const program = new Command("llm-do")
    // Before subcommands are made: they inherit it.
    .configureOutput({ writeOut, writeErr: () => undefined, outputError: () => undefined })
    .description("Run LLM workers and tools as functions; record what they say, replay it offline.")
    .version(version, "--version")
    .argument("[FILES... [PROMPT]]", "worker and code files, then the prompt (else from stdin)")
    .allowExcessArguments()
    .exitOverride()
    .enablePositionalOptions(false)
    .showSuggestionAfterError();
  addRunOptions(program);
  program.addHelpText("after", APPROVAL_FLAGS_HELP + EXIT_CODES_HELP + RUN_EXAMPLES_HELP);
  program.action((_first, flags: RunFlags, command: Command) => commands.run(command.args, flags));
  addProjectCommands(program, commands);
  // Listed here; its own program reads its line.
  program
    .command("test")
    .description("run cases and tests against recordings")
    .argument("[FILTER...]");
  addMcpCommand(program, commands.mcp);
  addHardenCommand(program, commands.harden);
  addCompareCommand(program, (words) => commands.compare(words));
  addSwapCommands(program, commands);
  addCassetteCommands(program, commands);
  return program;
}

function addRunOptions(program: Command): void {
  const collect = (value: string, before: readonly string[] = []) => [...before, value];
  const count = (_value: unknown, before = 0) => before + 1;
  const options: readonly Option[] = [
    new Option("-e, --entry <NAME>", 'function to start with (default: "main", or the only one)'),
    new Option("-m, --model <MODEL>", "model of the entry, as in anthropic:claude-haiku-4-5"),
    new Option(
      "-s, --set <KEY=VALUE>",
      "change the entry worker's front matter (repeatable)",
    ).argParser(collect),
    new Option("--attach <FILE>", "attach a file to the prompt (repeatable)").argParser(collect),
    new Option(
      "--attachments-from <DIR>",
      "let models attach files of this folder, beside the project's (repeatable)",
    ).argParser(collect),
    new Option("--approve-all", "allow every call that needs approval").conflicts("rejectAll"),
    new Option("--reject-all", "deny every call that needs approval; the model is told"),
    new Option("--headless", "never ask a person, even on a terminal"),
    new Option("--json", "one JSON object per line on stderr: events, ledger, errors"),
    new Option("-v, --verbose", "show calls and answers; -vv shows answers as they come").argParser(
      count,
    ),
    new Option("--debug", "show stack traces"),
    new Option("--cassette <FILE>", "record to and replay from this file"),
    new Option(
      "--mode <MODE>",
      "replay, auto, record or live (default: auto; replay where CI is set)",
    ),
    new Option(
      "--samples <N>",
      "with a cassette: record up to N answers to each request",
    ).argParser(wholeNumber),
    new Option("--no-keep", "leave no recording of the run in .llm-do/runs"),
    new Option("--script <FILE>", "answers from this file in the place of every model"),
    new Option(
      "--tools <HOW>",
      "live: run every tool; recorded: answer local and external ones",
    ).choices(["live", "recorded"]),
    new Option("--max-depth <N>", "calls above a call, at most (default: 5)").argParser(
      wholeNumber,
    ),
    new Option("--max-calls <N>", "function calls, at most").argParser(wholeNumber),
    new Option("--max-tokens <N>", "tokens of all models, at most").argParser(wholeNumber),
    new Option("--max-usd <USD>", "money for all models, at most").argParser(positiveNumber),
    new Option("--timeout <SECONDS>", "time for the whole run, at most").argParser(positiveNumber),
  ];
  for (const option of options) program.addOption(option);
}

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError("It must be a whole number above 0.");
}

function positiveNumber(text: string): number {
  if (/^\d*\.?\d+$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError("It must be a number above 0.");
}

/** What commander throws for a wrong command line, help and version, as far as it concerns us. */
export function commandLineProblem(error: unknown): CommandLineProblem | undefined {
  if (!(error instanceof CommanderError)) return undefined;
  const { code, exitCode, message } = error;
  const isHelp = exitCode === 0;
  const isUnknownFlag = code === "commander.unknownOption";
  // Commander's answer to a group of commands without a command is its help.
  const said = code === "commander.help" ? NO_COMMAND : message;
  return { isHelp, isUnknownFlag, reason: said.replace(/^error: /, "").replaceAll("\n", " ") };
}

interface CommandLineProblem {
  /** Whether help or the version was asked for, which is no problem. */
  readonly isHelp: boolean;
  readonly isUnknownFlag: boolean;
  /** One line. */
  readonly reason: string;
}

const NO_COMMAND = "it does not say what to do (Did you mean llm-do cassette verify FILE?)";
