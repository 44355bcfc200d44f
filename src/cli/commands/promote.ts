import { type Command, InvalidArgumentError, Option } from "commander";
import type { SwapFlags } from "../../hardening/promote/swap.ts";
import {
  collect,
  type DefineCommand,
  ERROR_FLAGS,
  flagsOf,
  recordingsOption,
  unlessInterrupted,
} from "../command.ts";

const TAKEN = [
  "mode",
  "tool",
  "certificate",
  "comparator",
  "share",
  "with",
  "recordings",
  "model",
] as const satisfies (keyof SwapFlags)[];

export const define: DefineCommand = (command, { host, signal }) => {
  const choose = async (worker: string, flags: SwapFlags) => {
    const { swap } = await import("../../hardening/promote/swap.ts");
    await swap(worker, flags, host);
  };
  command
    .argument("<WORKER>", "worker file")
    .addOption(new Option("--mode <MODE>", "prompt, shadow, canary or hardened"))
    .addOption(new Option("--tool <TOOL>", "the code: FILE.ts#TOOL or FILE.ts#TOOLSET.TOOL"))
    .addOption(
      new Option(
        "--certificate <FILE>",
        "what llm-do compare made (default: hardening/NAME/certificate.json)",
      ),
    )
    .addOption(
      new Option(
        "--comparator <FILE>",
        "when answers agree (default: hardening/NAME/comparator.yaml, else exact)",
      ),
    )
    .addOption(
      new Option(
        "--share <SHARE>",
        "of calls that a shadow compares or a canary gives to code (default: 0.05)",
      ).argParser(shareOf),
    )
    .addOption(
      new Option("--with <FILE>", "a further file of the project (repeatable)").argParser(collect),
    )
    .addOption(recordingsOption())
    .addOption(new Option("-m, --model <MODEL>", "model of a worker that names none"))
    .action((worker: string, _own: unknown, self: Command) =>
      unlessInterrupted(choose(worker, flagsOf(self, [...TAKEN, ...ERROR_FLAGS])), signal),
    );
};

function shareOf(text: string): number {
  const share = Number(text);
  if (/^\d*\.?\d+$/.test(text) && share > 0 && share <= 1) return share;
  throw new InvalidArgumentError("It must be a number above 0 and at most 1.");
}
