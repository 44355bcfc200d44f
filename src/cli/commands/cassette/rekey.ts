import { type Command, Option } from "commander";
import { type DefineCommand, ERROR_FLAGS, flagsOf, unlessInterrupted } from "../../command.ts";
import type { RekeyFlags } from "../../upkeep/rekey.ts";

export const define: DefineCommand = (command, { host, signal }) => {
  const rekey = async (paths: readonly string[], flags: RekeyFlags) => {
    const { rekeyCassettes } = await import("../../upkeep/rekey.ts");
    rekeyCassettes(paths, flags, host);
  };
  command
    .argument("[CASSETTE...]", "cassette files and folders (default: those of all cases)")
    .addOption(new Option("--dry-run", "say what would be changed, and change nothing"))
    .addOption(new Option("--json", "one JSON object per line on stderr: each cassette, the error"))
    .action((paths: string[], _own: unknown, self: Command) =>
      unlessInterrupted(rekey(paths, flagsOf(self, ["dryRun", ...ERROR_FLAGS])), signal),
    );
};
