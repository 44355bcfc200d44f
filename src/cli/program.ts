import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { RunFlags } from "../project/run/run-flags.ts";
import { type CommandContext, collect } from "./command.ts";
import { addCommands } from "./commands.ts";

/** Shown below the flags of `llm-do --help`. */
const RUN_EXAMPLES_HELP = `
Examples:
  llm-do greeter.worker "Hello, I am Ada."
  llm-do main.worker helper.worker tools.ts "Go." --cassette cassettes/go.yaml
  llm-do main.worker "Go." --cassette cassettes/go.yaml --mode replay
`;

const APPROVAL_FLAGS_HELP = `
A call that needs approval and gets none ends the run with exit code 4.
The result goes to stdout, everything else to stderr.
`;

const EXIT_CODES_HELP = `
Exit codes:
  0    done
  1    the run failed
  2    the command line, a file or the configuration is wrong
  3    the cassette: a miss, a damaged recording, a refused write
  4    an approval was needed and not given
  5    a limit was reached
  6    inconclusive
  130  interrupted; 143 by SIGTERM, 129 by SIGHUP
`;

/** What is done with a command line that names no command. */
export type Run = (words: readonly string[], flags: RunFlags) => Promise<void>;

/** The command line: flags of runs and their help, then the commands. What is wrong is thrown. */
export function createProgram(run: Run, context: CommandContext): Command {
  const writeOut = (text: string) => context.host.stdout.write(text);
  const program = new Command("llm-do")
    // Before subcommands are made: they inherit it.
    .configureOutput({ writeOut, writeErr: () => undefined, outputError: () => undefined })
    .description("Run LLM workers and tools as functions; record what they say, replay it offline.")
    .version(context.version, "--version")
    .argument("[FILES... [PROMPT]]", "worker and code files, then the prompt (else from stdin)")
    .allowExcessArguments()
    .exitOverride()
    .enablePositionalOptions(false)
    .showSuggestionAfterError();
  addRunOptions(program);
  program.addHelpText("after", APPROVAL_FLAGS_HELP + EXIT_CODES_HELP + RUN_EXAMPLES_HELP);
  program.action((_first, flags: RunFlags, command: Command) => run(command.args, flags));
  addCommands(program, context);
  return program;
}

function addRunOptions(program: Command): void {
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
    new Option("--json", "one JSON object per line on stderr: events, summary, errors"),
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
