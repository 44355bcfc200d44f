import { type Command, Option } from "commander";
import { ERROR_FLAGS, flagsOf } from "./project-commands.ts";

export interface CassetteFlags {
  readonly json?: true;
}

export interface StatusFlags extends CassetteFlags {
  /** As often as it was given. */
  readonly verbose?: true | number;
}

export interface PruneFlags extends CassetteFlags {
  readonly dryRun?: true;
  readonly stale?: true;
}

export interface RekeyFlags extends CassetteFlags {
  readonly dryRun?: true;
}

/** What is done with recordings. */
export interface CassetteCommands {
  verify(cassettes: readonly string[]): Promise<void>;
  status(cassettes: readonly string[], flags: StatusFlags): Promise<void>;
  prune(cassettes: readonly string[], flags: PruneFlags): Promise<void>;
  rekey(cassettes: readonly string[], flags: RekeyFlags): Promise<void>;
  show(cassettes: readonly string[]): Promise<void>;
}

const STATUS_HELP = `
Asks no model, touches nothing outside of copies of workspaces, writes nothing. What to run is what
the cases of the project say (*.cases.yaml), else the header of the cassette.

Exit codes: 0 all are fresh, 3 one is stale, holds what is unused or is not recorded, 2 for one it
cannot be told, or the command line is wrong.
`;

const PRUNE_HELP = `
What no case asks for is unused; what only a *.test.ts asks for is not known here.
`;

/** Adds `cassette verify`, `status`, `prune`, `rekey` and `show`. */
export function addCassetteCommands(program: Command, commands: CassetteCommands): void {
  const cassette = program.command("cassette").description("look after recordings").exitOverride();
  const files = ["<CASSETTE...>", "cassette files and folders"] as const;
  cassette
    .command("show")
    .description("show what was said and done, call by call")
    .argument(...files)
    .exitOverride()
    .action((paths: string[], _own: unknown, command: Command) => {
      flagsOf(command, ERROR_FLAGS);
      return commands.show(paths);
    });
  cassette
    .command("verify")
    .description("check that every entry is whole, fits its key and would be written today")
    .argument(...files)
    .exitOverride()
    .action((paths: string[]) => commands.verify(paths));
  cassette
    .command("status")
    .description("say which recordings are stale and why, and what recording them anew costs")
    .argument("[CASSETTE...]", "cassette files and folders (default: those of all cases)")
    .addOption(new Option("--verbose", "name every case that a change made stale"))
    .addOption(new Option("--json", "one JSON object per line on stderr: each cassette, the error"))
    .addHelpText("after", STATUS_HELP)
    .exitOverride()
    .action((paths: string[], _own: unknown, command: Command) =>
      commands.status(paths, flagsOf(command, ["verbose", ...ERROR_FLAGS])),
    );
  cassette
    .command("prune")
    .description("remove recordings that no run asks for")
    .argument("<CASSETTE...>", "cassette files and folders")
    .addOption(new Option("--dry-run", "say what would be removed, and remove nothing"))
    .addOption(new Option("--stale", "remove what is stale as well, to be recorded anew"))
    .addOption(new Option("--json", "one JSON object per line on stderr: each cassette, the error"))
    .addHelpText("after", PRUNE_HELP)
    .exitOverride()
    .action((paths: string[], _own: unknown, command: Command) =>
      commands.prune(paths, flagsOf(command, ["dryRun", "stale", ...ERROR_FLAGS])),
    );
  cassette
    .command("rekey")
    .description("apply today's redact and volatile rules to recordings, offline")
    .argument("[CASSETTE...]", "cassette files and folders (default: those of all cases)")
    .addOption(new Option("--dry-run", "say what would be changed, and change nothing"))
    .addOption(new Option("--json", "one JSON object per line on stderr: each cassette, the error"))
    .exitOverride()
    .action((paths: string[], _own: unknown, command: Command) =>
      commands.rekey(paths, flagsOf(command, ["dryRun", ...ERROR_FLAGS])),
    );
}
