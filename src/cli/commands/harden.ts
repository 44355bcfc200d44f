import { type Command, InvalidArgumentError, Option } from "commander";
import type { HardenFlags } from "../../hardening/write/harden.ts";
import { collect, type DefineCommand, ERROR_FLAGS, flagsOf } from "../command.ts";

/** Flags of runs that hold for the run in which candidates are written. */
const TAKEN = [
  "model",
  "verbose",
  "cassette",
  "mode",
  "script",
  "maxCalls",
  "maxTokens",
  "maxUsd",
  "timeout",
] as const satisfies (keyof HardenFlags)[];

const OWN = [
  "scan",
  "monthlyCalls",
  "recordings",
  "with",
  "comparator",
  "out",
  "force",
  "anyway",
  "synth",
  "synthWorker",
  "accept",
  "holdout",
  "referenceSamples",
] as const satisfies (keyof HardenFlags)[];

const NOTE = `
With --synth it takes the flags of a run for the run in which the code is written: --cassette, --mode,
--script, --model, limits, -v. What a model writes runs in a sandbox only, without files, network and
processes. It waits as a text in hardening/NAME/candidates until you accept it with --accept.

Exit codes: 0 done, or worth trying; 6 unknown, too few recordings, noise, or no pattern; 2, 3, 5 as everywhere.

Examples:
  llm-do harden --scan --monthly-calls 100000
  llm-do harden date.worker --scan
  llm-do harden date.worker
  llm-do harden date.worker --synth 3 --cassette cassettes/date-code.yaml
  llm-do harden --accept date.worker
`;

export const define: DefineCommand = (command, { argv, host, signal, end }) => {
  command.argument(
    "[WORKERS...]",
    "the worker's file; with --scan several, folders, or none for the whole project",
  );
  for (const option of options()) command.addOption(option);
  command
    .addHelpText("after", NOTE)
    .action(async (files: string[], _own: unknown, self: Command) => {
      const flags = flagsOf(self, [...OWN, ...TAKEN, ...ERROR_FLAGS]);
      const { harden } = await import("../../hardening/write/harden.ts");
      const { createRunView } = await import("../../ui/run-view.ts");
      const createView = (view: { isJson: boolean; verbosity: number }) =>
        createRunView({ ...view, isAsked: false }, host);
      end(await harden({ files, flags, host, signal, command: argv, createView }));
    });
};

function options(): readonly Option[] {
  return [
    new Option("--scan", "say what is on record and whether code is worth trying; write nothing"),
    new Option(
      "--monthly-calls <N>",
      "with --scan: say what so many calls a month cost, shared among the workers as recorded",
    ).argParser(countOf),
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
    new Option(
      "--out <DIR>",
      "where the commands keep their files (default: hardening/NAME beside the worker)",
    ),
    new Option("--force", "write over files that are there, but not the ledger"),
    new Option("--anyway", "go on where the scan finds noise or no pattern"),
    new Option("--synth <N>", "let a model write N candidates for the code").argParser(count),
    new Option("--synth-worker <FILE>", "the worker that writes them (default: one of llm-do's)"),
    new Option(
      "--accept <NAME>",
      "make the candidate that waits the tool: a worker's name or file",
    ),
    new Option("--holdout <SHARE>", "share that a new ledger holds out (default: 0.5)").argParser(
      share,
    ),
    new Option(
      "--reference-samples <N>",
      "samples whose majority is the answer, for a new ledger (default: 1)",
    ).argParser(countOf),
  ];
}

function share(text: string): number {
  const value = Number(text);
  if (value > 0 && value < 1) return value;
  throw new InvalidArgumentError("It must be a share above 0 and below 1, such as 0.5.");
}

function countOf(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number above 0.");
}

const MOST_CANDIDATES = 20;

function count(text: string): number {
  if (/^\d+$/.test(text) && Number(text) > 0 && Number(text) <= MOST_CANDIDATES)
    return Number(text);
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_CANDIDATES}.`);
}
