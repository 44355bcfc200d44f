import { type Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_CHECK, DEFAULT_SHARE } from "../../functions/answer-mode.ts";
import type { PromoteFlags } from "../../hardening/promote/promote.ts";
import { DEFAULT_FALSE_ALARM_EVERY } from "../../statistics/detector.ts";
import {
  collect,
  type DefineCommand,
  ERROR_FLAGS,
  flagsOf,
  recordingsOption,
  unlessInterrupted,
} from "../command.ts";

const TAKEN = [
  "tool",
  "certificate",
  "comparator",
  "share",
  "check",
  "falseAlarmEvery",
  "with",
  "recordings",
  "model",
] as const satisfies (keyof PromoteFlags)[];

const NOTE = `
Canary and code need a supported certificate, which llm-do compare makes. A shadow needs none.

Exit codes: 0 done; 2 refused, with the reason; 3, 5 as everywhere.

Examples:
  llm-do promote date.worker --to shadow --tool date.ts#date
  llm-do promote date.worker --to code
  llm-do promote date.worker --to prompt
`;

const ALIAS_NOTE = `
swap WORKER --mode MODE is an alias of promote WORKER --to MODE, and swap WORKER --to FILE.worker of
promote WORKER --to FILE.worker.
`;

/** `promote`, and its alias `swap`, which has --mode where `promote` has --to. */
export const define: DefineCommand = (command, { host, signal }) => {
  const isAlias = command.name() === "swap";
  const taken = [...(isAlias ? ["mode"] : []), "to", ...TAKEN, ...ERROR_FLAGS];
  const choose = async (worker: string, flags: PromoteFlags) => {
    const { promote } = await import("../../hardening/promote/promote.ts");
    await promote(worker, flags, host);
  };
  command
    .argument("<WORKER>", "worker file")
    .action((worker: string, _own: unknown, self: Command) =>
      unlessInterrupted(choose(worker, flagsOf(self, taken)), signal),
    );
  for (const option of [...toOptions(isAlias), ...modeOptions(), ...sourceOptions()])
    command.addOption(option);
  command.addHelpText("after", isAlias ? ALIAS_NOTE : NOTE);
};

function toOptions(isAlias: boolean): readonly Option[] {
  const to = "shadow, canary, code or prompt, or FILE.worker: code mode with that worker";
  if (!isAlias) return [new Option("--to <MODE>", `who answers: ${to}`)];
  return [
    new Option("--mode <MODE>", "prompt, shadow, canary or code (also: hardened)"),
    new Option("--to <FILE>", "another worker, which answers in its place"),
  ];
}

function modeOptions(): readonly Option[] {
  const { canary, code } = DEFAULT_CHECK;
  return [
    new Option(
      "--share <SHARE>",
      `of the calls that a canary gives to code (default: ${DEFAULT_SHARE})`,
    ).argParser(shareOf),
    new Option(
      "--check <SHARE>",
      `of code's answers that the prompt checks (default: ${canary} in a canary, ${code} in code)`,
    ).argParser(checkOf),
    new Option(
      "--false-alarm-every <N>",
      `comparisons between false alarms, on average (default: ${DEFAULT_FALSE_ALARM_EVERY})`,
    ).argParser(everyOf),
  ];
}

function sourceOptions(): readonly Option[] {
  return [
    new Option(
      "--tool <TOOL>",
      "the code: FILE.ts#TOOL or FILE.ts#TOOLSET.TOOL, or a cheaper FILE.worker",
    ),
    new Option(
      "--certificate <FILE>",
      "what llm-do compare made (default: hardening/NAME/certificate.json)",
    ),
    new Option(
      "--comparator <FILE>",
      "when answers agree (default: hardening/NAME/comparator.yaml, else exact)",
    ),
    new Option("--with <FILE>", "a further file of the project (repeatable)").argParser(collect),
    recordingsOption(),
    new Option("-m, --model <MODEL>", "model of a worker that names none"),
  ];
}

function shareOf(text: string): number {
  const share = decimal(text);
  if (share > 0 && share <= 1) return share;
  throw new InvalidArgumentError("It must be a number above 0 and at most 1.");
}

function checkOf(text: string): number {
  const share = decimal(text);
  if (share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError("It must be a number from 0 to 1.");
}

function everyOf(text: string): number {
  const every = decimal(text);
  if (every >= 1) return every;
  throw new InvalidArgumentError("It must be a number of at least 1.");
}

/** NaN for what is not a plain decimal number. */
function decimal(text: string): number {
  return /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
}
