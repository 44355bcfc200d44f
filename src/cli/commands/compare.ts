import { type Command, InvalidArgumentError, Option } from "commander";
import type { CompareFlags } from "../../hardening/compare/compare.ts";
import { COMPARE_DEFAULTS } from "../../hardening/compare/compare-request.ts";
import { collect, count, type DefineCommand, ERROR_FLAGS, flagsOf } from "../command.ts";

/** Flags of the program itself that say something here. */
const SHARED = ["model", "cassette", "mode", "script", "timeout"] as const;

const OWN = [
  "claim",
  "worse",
  "open",
  "label",
  "adjudicate",
  "gold",
  "judge",
  "since",
  "fresh",
  "monthlyCalls",
  "holdout",
  "referenceSamples",
  "recordings",
  "with",
  "generated",
  "seed",
  "comparator",
  "out",
  "strict",
] as const satisfies (keyof CompareFlags)[];

const NOTE = `
TOOL is file.ts#tool or file.ts#toolset.tool, the path from the current folder; or another .worker
file, whose recorded answers are compared then. Half of the inputs is held out: of them one total is
told. Reports, the ledger and, where the claim is supported, the certificate go to hardening/NAME
beside the worker's file.

Exit codes: 0 supported, 1 refuted or already below the claim on train, 6 too few recordings to say.
`;

export const define: DefineCommand = (command, { argv, host, signal, end }) => {
  command
    .argument("<WORKER>", "the .worker file")
    .argument("<TOOL>", "file.ts#tool, or another .worker file")
    .addHelpText("after", NOTE)
    .action(async (worker: string, tool: string, _own: unknown, self: Command) => {
      const flags = flagsOf(self, [...OWN, ...SHARED, ...ERROR_FLAGS]);
      const { compare } = await import("../../hardening/compare/compare.ts");
      end(await compare({ worker, tool, flags, host, signal, command: argv }));
    });
  for (const option of [...questionOptions(), ...sourceOptions()]) command.addOption(option);
};

function questionOptions(): readonly Option[] {
  return [
    new Option(
      "--claim <SHARE>",
      `share of agreement to show (default: ${COMPARE_DEFAULTS.claim})`,
    ).argParser(number),
    new Option("--no-worse", "show that it is right as often as the prompt instead, by labels"),
    new Option("--label", "ask a person which answer is right where they differ"),
    new Option("--adjudicate", "the same").hideHelp(),
    new Option(
      "--gold <FILE>",
      "take labels from a file: one JSON object of input and output a line",
    ),
    new Option(
      "--judge <WORKER>",
      "ask a worker, with --cassette FILE; advisory until it agrees with 50 labels of a person",
    ).conflicts(["label", "adjudicate", "gold"]),
    new Option("--open", "show the next 50 held-out inputs instead, and move them to train"),
    new Option("--since <DATE>", "count only inputs that were listed then or later"),
    new Option("--fresh", "count only inputs that were listed after the version's first look"),
    new Option("--monthly-calls <N>", "say what so many calls a month would save").argParser(count),
  ];
}

function sourceOptions(): readonly Option[] {
  const { timeoutMs } = COMPARE_DEFAULTS;
  return [
    new Option("--holdout <SHARE>", "share that a new ledger holds out (default: 0.5)").argParser(
      number,
    ),
    new Option(
      "--reference-samples <N>",
      "samples whose majority is the answer, for a new ledger (default: 1)",
    ).argParser(count),
    new Option(
      "--recordings <PATH...>",
      "cassettes and folders of them (default: cassettes and .llm-do/runs of the project)",
    ),
    new Option("--with <FILE>", "a further file of the worker's project (repeatable)").argParser(
      collect,
    ),
    new Option("--generated <N>", "try N inputs of the domain's generator, too").argParser(count),
    new Option("--seed <S>", "of the generator, to repeat a run").argParser(count),
    new Option("--comparator <FILE>", "what counts as agreement (default: exact)"),
    new Option("-m, --model <MODEL>", "recordings of this model (default: the worker's)"),
    new Option("--out <DIR>", "where the reports go (default: hardening/NAME)"),
    new Option("--strict", "say how many faults put into the tool its test notices (Stryker)"),
    new Option("--cassette <FILE>", "the judge's recordings, with --mode and --script as in a run"),
    new Option("--timeout <MS>", `time for one input (default: ${timeoutMs})`).argParser(count),
    new Option("--json", "the report as one JSON object on stdout, errors as JSON on stderr"),
  ];
}

/** Accepts any number; compare checks the range so that it can say why. */
function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It must be a number.");
}
