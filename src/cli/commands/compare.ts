import { type Command, InvalidArgumentError, Option } from "commander";
import type { CompareFlags } from "../../hardening/compare/compare.ts";
import { COMPARE_DEFAULTS } from "../../hardening/compare/compare-request.ts";
import { collect, type DefineCommand, ERROR_FLAGS, flagsOf } from "../command.ts";

/** Flags of the program itself that say something here. */
const SHARED = ["model", "cassette", "mode", "script", "timeout"] as const;

const OWN = [
  "claim",
  "recordings",
  "with",
  "gold",
  "generated",
  "seed",
  "comparator",
  "out",
  "adjudicate",
  "strict",
  "judge",
] as const satisfies (keyof CompareFlags)[];

const NOTE = `
TOOL is file.ts#tool or file.ts#toolset.tool, the path from the current folder; or another .worker
file, whose recorded answers are compared then. Reports go to hardening/NAME beside the worker's file.

Exit codes: 0 the claim is supported, 1 it is refuted, 6 there are too few recordings to say.
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
  for (const option of options()) command.addOption(option);
};

function options(): readonly Option[] {
  const { claim, timeoutMs } = COMPARE_DEFAULTS;
  return [
    new Option("--claim <SHARE>", `share of agreement to show (default: ${claim})`).argParser(
      share,
    ),
    new Option(
      "--recordings <PATH...>",
      "cassettes and folders of them (default: cassettes and .llm-do/runs of the project)",
    ),
    new Option("--with <FILE>", "a further file of the worker's project (repeatable)").argParser(
      collect,
    ),
    new Option("--gold <FILE>", "labels, one JSON object of input and output a line"),
    new Option("--generated <N>", "try N inputs of the domain's generator, too").argParser(count),
    new Option("--seed <S>", "of the generator, to repeat a run").argParser(count),
    new Option("--comparator <FILE>", "what counts as agreement (default: exact)"),
    new Option("-m, --model <MODEL>", "recordings of this model (default: the worker's)"),
    new Option("--out <DIR>", "where the reports go (default: hardening/NAME)"),
    new Option("--strict", "say how many faults put into the tool its test notices (Stryker)"),
    new Option("--adjudicate", "ask a person which answer is right where they differ"),
    new Option(
      "--judge <WORKER>",
      "ask a worker instead, with --cassette FILE; advisory",
    ).conflicts("adjudicate"),
    new Option("--cassette <FILE>", "the judge's recordings, with --mode and --script as in a run"),
    new Option("--timeout <MS>", `time for one input (default: ${timeoutMs})`).argParser(count),
    new Option("--json", "the report as one JSON object on stdout, errors as JSON on stderr"),
  ];
}

/** What is no share is for the comparison to refuse, with its reason. */
function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It must be a number.");
}

function count(text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InvalidArgumentError("It must be a whole number.");
}
