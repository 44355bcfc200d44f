import { type Command, Option } from "commander";
import { type DefineCommand, ERROR_FLAGS, flagsOf, unlessInterrupted } from "../../command.ts";
import type { PruneFlags } from "../../upkeep/prune.ts";

const NOTE = `
What no case asks for is unused; what only a *.test.ts asks for is not known here.
`;

export const define: DefineCommand = (command, { host, signal }) => {
  const prune = async (paths: readonly string[], flags: PruneFlags) => {
    const { pruneCassettes } = await import("../../upkeep/prune.ts");
    await pruneCassettes(paths, flags, host);
  };
  command
    .argument("<CASSETTE...>", "cassette files and folders")
    .addOption(new Option("--dry-run", "say what would be removed, and remove nothing"))
    .addOption(new Option("--stale", "remove what is stale as well, to be recorded anew"))
    .addOption(new Option("--json", "one JSON object per line on stderr: each cassette, the error"))
    .addHelpText("after", NOTE)
    .action((paths: string[], _own: unknown, self: Command) =>
      unlessInterrupted(prune(paths, flagsOf(self, ["dryRun", "stale", ...ERROR_FLAGS])), signal),
    );
};
