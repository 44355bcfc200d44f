import { type Command, Option } from "commander";
import { LlmDoError } from "../errors/llm-do-error.ts";

export interface CheckFlags {
  readonly entry?: string;
  readonly model?: string;
  readonly headless?: true;
  readonly json?: true;
}

export interface TypesFlags {
  readonly out?: string;
}

/** What is done with a project without running it. */
export interface ProjectCommands {
  check(files: readonly string[], flags: CheckFlags): Promise<void>;
  types(files: readonly string[], flags: TypesFlags): Promise<void>;
  init(folder: string): Promise<void>;
}

/** Flags that every command takes, because they say how errors are shown. */
export const ERROR_FLAGS = ["json", "debug"];

/** Adds `check`, `types` and `init`. The program takes its own flags wherever they stand. */
export function addProjectCommands(program: Command, commands: ProjectCommands): void {
  const files = ["<FILES...>", "worker and code files"] as const;
  program
    .command("check")
    .description("find what is wrong without asking a model")
    .argument(...files)
    .addOption(new Option("-e, --entry <NAME>", "function that runs will start with"))
    .addOption(new Option("-m, --model <MODEL>", "model of the entry"))
    .addOption(new Option("--headless", "find calls that need a person's approval, too"))
    .addOption(new Option("--json", "one JSON object per line on stderr: findings, the error"))
    .exitOverride()
    .action((names: string[], _own: unknown, command: Command) =>
      commands.check(names, flagsOf(command, ["entry", "model", "headless", ...ERROR_FLAGS])),
    );
  program
    .command("types")
    .description("write the types of all functions, so that ctx.call knows them by name")
    .argument(...files)
    .addOption(
      new Option(
        "--out <FILE>",
        "where to; - is stdout (default: llm-do.d.ts in the project's folder)",
      ),
    )
    .exitOverride()
    .action((names: string[], _own: unknown, command: Command) =>
      commands.types(names, flagsOf(command, ["out", ...ERROR_FLAGS])),
    );
  program
    .command("init")
    .description("tell git how to treat recordings and fixtures: adds lines that are missing")
    .argument("[DIR]", "the project's folder (default: this one)")
    .allowExcessArguments(false)
    .exitOverride()
    .action((folder: string | undefined, _own: unknown, command: Command) => {
      flagsOf(command, ERROR_FLAGS);
      return commands.init(folder ?? ".");
    });
}

/**
 * A command's flags with the program's, which stand for the same.
 *
 * @throws LlmDoError `usage` for a flag of runs that says nothing here
 */
export function flagsOf(command: Command, taken: readonly string[]): Record<string, never> {
  const flags = command.optsWithGlobals<Record<string, never>>();
  const other = Object.keys(flags).find(
    (name) => !taken.includes(name) && command.getOptionValueSourceWithGlobals(name) !== "default",
  );
  if (other === undefined) return flags;
  const long = [...optionsAbove(command)].find((option) => option.attributeName() === other)?.long;
  const name = nameOf(command);
  throw new LlmDoError({
    code: "usage",
    verb: "read",
    what: "command line",
    reason: `${name} does not take ${long ?? other}`,
    tries: [`${name} --help`],
  });
}

function* optionsAbove(command: Command): Generator<Option> {
  for (let above = command.parent; above; above = above.parent) yield* above.options;
}

/** As in `llm-do cassette status`. */
function nameOf(command: Command): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}
