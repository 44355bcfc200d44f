import { type Command, InvalidArgumentError, Option } from "commander";
import type { ExitCode } from "../errors/codes.ts";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Host } from "../host/host.ts";

/** What a command is given to work with. */
export interface CommandContext {
  /** The command line without the program's name, as given. */
  readonly argv: readonly string[];
  readonly host: Host;
  /** Aborts when the person interrupts. */
  readonly signal: AbortSignal;
  readonly version: string;
  /** Sets the exit code for when the command is over; the process goes on. Without a call it is 0. */
  readonly end: (exitCode: ExitCode) => void;
}

/** Adds the arguments, flags and action of a command, which has its name and summary already. */
export type DefineCommand = (command: Command, context: CommandContext) => void;

/** Flags that every command takes, because they say how errors are shown. */
export const ERROR_FLAGS = ["json", "debug"];

/** Parses a repeatable flag: adds a value to those before it. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Parses a whole number from 0 on. */
export function count(text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InvalidArgumentError("It must be a whole number.");
}

/** `--recordings` of the commands that look at what functions were asked and answered. */
export function recordingsOption(): Option {
  return new Option(
    "--recordings <PATH...>",
    "cassettes, or folders that hold some (default: cassettes, .llm-do/runs)",
  );
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
  const name = commandPath(command);
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
function commandPath(command: Command): string {
  return command.parent ? `${commandPath(command.parent)} ${command.name()}` : command.name();
}

/**
 * Waits for work that has nothing to clean up, because what it writes is whole at every moment:
 * rejects as soon as the person interrupts.
 */
export async function unlessInterrupted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
