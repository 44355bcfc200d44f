import { type Command, InvalidArgumentError, Option } from "commander";
import { flagsOf } from "./project-commands.ts";
import type { RunFlags } from "./run-flags.ts";

/** Flags of runs that hold for the run in which candidates are written. */
const TAKEN = [
  "model",
  "json",
  "verbose",
  "debug",
  "cassette",
  "mode",
  "script",
  "maxCalls",
  "maxTokens",
  "maxUsd",
  "timeout",
] as const;

const OWN = [
  "scan",
  "recordings",
  "with",
  "comparator",
  "out",
  "force",
  "anyway",
  "synth",
  "synthWorker",
] as const;

export interface HardenFlags extends Pick<RunFlags, (typeof TAKEN)[number]> {
  readonly scan?: true;
  readonly recordings?: readonly string[];
  readonly with?: readonly string[];
  readonly comparator?: string;
  readonly out?: string;
  readonly force?: true;
  readonly anyway?: true;
  readonly synth?: number;
  readonly synthWorker?: string;
}

const NOTE = `
With --synth it takes the flags of a run for the run in which the code is written: --cassette, --mode,
--script, --model, limits, -v. What a model writes runs in a sandbox only, without files, network and
processes, until you have reviewed it.

Exit codes: 0 done, or worth trying; 6 too few recordings, noise, or no pattern; 2, 3, 5 as everywhere.

Examples:
  llm-do harden date.worker --scan
  llm-do harden date.worker
  llm-do harden date.worker --synth 3 --cassette cassettes/date-code.yaml
`;

/** Adds `llm-do harden`. */
export function addHardenCommand(
  program: Command,
  harden: (files: readonly string[], flags: HardenFlags) => Promise<void>,
): void {
  const collect = (value: string, before: readonly string[] = []) => [...before, value];
  const options: readonly Option[] = [
    new Option("--scan", "say what is on record and whether code is worth trying; write nothing"),
    new Option(
      "--recordings <PATHS...>",
      "cassettes, or folders of them (default: cassettes and .llm-do/runs of the project)",
    ),
    new Option(
      "--with <FILE>",
      "a file of the project that the worker needs (repeatable)",
    ).argParser(collect),
    new Option(
      "--comparator <FILE>",
      "how outputs are compared (default: comparator.yaml of the folder, else exact)",
    ),
    new Option("--out <DIR>", "what the commands keep (default: hardening/NAME beside the worker)"),
    new Option("--force", "write over a tool, domain or test that is there"),
    new Option("--anyway", "go on where the scan finds noise or no pattern"),
    new Option("--synth <N>", "let a model write N candidates for the code").argParser(count),
    new Option("--synth-worker <FILE>", "the worker that writes them (default: one of llm-do's)"),
  ];
  const command = program
    .command("harden")
    .description("make code of a prompt: look at recordings, write a tool, its guard and its test")
    .argument("<WORKERS...>", "the worker's file; several with --scan");
  for (const option of options) command.addOption(option);
  command
    .addHelpText("after", NOTE)
    .exitOverride()
    .action((files: string[], _own: unknown, self: Command) =>
      harden(files, flagsOf(self, [...OWN, ...TAKEN])),
    );
}

const MOST_CANDIDATES = 20;

function count(text: string): number {
  if (/^\d+$/.test(text) && Number(text) > 0 && Number(text) <= MOST_CANDIDATES)
    return Number(text);
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_CANDIDATES}.`);
}
