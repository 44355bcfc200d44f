import { type Command, InvalidArgumentError, Option } from "commander";
import { flagsOf } from "./project-commands.ts";

export interface SwapFlags {
  readonly mode?: string;
  readonly tool?: string;
  readonly certificate?: string;
  readonly comparator?: string;
  readonly share?: number;
  readonly with?: readonly string[];
  readonly recordings?: readonly string[];
  readonly model?: string;
}

export interface GuardFlags {
  readonly reset?: true;
  readonly recordings?: readonly string[];
  readonly model?: string;
}

export interface SoftenFlags {
  readonly out?: string;
  readonly force?: true;
  readonly recordings?: readonly string[];
  readonly model?: string;
}

/** What is done with functions that have both a prompt and code. */
export interface SwapCommands {
  swap(worker: string, flags: SwapFlags): Promise<void>;
  guard(workers: readonly string[], flags: GuardFlags): Promise<void>;
  soften(tool: string, flags: SoftenFlags): Promise<void>;
}

const RECORDINGS = "cassettes, or folders that hold some (default: cassettes, .llm-do/runs)";

const SWAP_FLAGS = [
  "mode",
  "tool",
  "certificate",
  "comparator",
  "share",
  "with",
  "recordings",
  "model",
  "json",
  "debug",
];

/** Adds `swap`, `guard` and `soften`. The program takes its own flags wherever they stand. */
export function addSwapCommands(program: Command, commands: SwapCommands): void {
  const collect = (value: string, before: readonly string[] = []) => [...before, value];
  const recordings = () => new Option("--recordings <PATH...>", RECORDINGS);
  program
    .command("swap")
    .description("say who answers a function: its prompt, or code that stands in for it")
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
    .addOption(recordings())
    .addOption(new Option("-m, --model <MODEL>", "model of a worker that names none"))
    .exitOverride()
    .action((worker: string, _own: unknown, command: Command) =>
      commands.swap(worker, flagsOf(command, SWAP_FLAGS)),
    );
  program
    .command("guard")
    .description("say how functions with prompt and code are doing")
    .argument("[WORKER...]", "worker files or names (default: all)")
    .addOption(new Option("--reset", "take alarms back, and count comparisons anew"))
    .addOption(recordings())
    .addOption(new Option("-m, --model <MODEL>", "model of workers that name none"))
    .exitOverride()
    .action((workers: string[], _own: unknown, command: Command) =>
      commands.guard(workers, flagsOf(command, ["reset", "recordings", "model", "json", "debug"])),
    );
  program
    .command("soften")
    .description("write a worker that does by a prompt what a tool does by code")
    .argument("<TOOL>", "FILE.ts#TOOL or FILE.ts#TOOLSET.TOOL")
    .addOption(new Option("--out <FILE>", "where to (default: NAME.worker beside the tool's file)"))
    .addOption(new Option("--force", "replace a file that is there"))
    .addOption(recordings())
    .addOption(new Option("-m, --model <MODEL>", "model of the worker (default: LLM_DO_MODEL)"))
    .exitOverride()
    .action((tool: string, _own: unknown, command: Command) =>
      commands.soften(
        tool,
        flagsOf(command, ["out", "force", "recordings", "model", "json", "debug"]),
      ),
    );
}

function shareOf(text: string): number {
  const share = Number(text);
  if (/^\d*\.?\d+$/.test(text) && share > 0 && share <= 1) return share;
  throw new InvalidArgumentError("It must be a number above 0 and at most 1.");
}
