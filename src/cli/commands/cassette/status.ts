import { type Command, Option } from "commander";
import { type DefineCommand, ERROR_FLAGS, flagsOf, unlessInterrupted } from "../../command.ts";
import type { StatusFlags } from "../../upkeep/status.ts";

const NOTE = `
Asks no model, touches nothing outside of copies of workspaces, writes nothing. What to run is what
the cases of the project say (*.cases.yaml), else the header of the cassette.

Exit codes: 0 all are fresh, 3 one is stale, holds what is unused or is not recorded, 2 for one it
cannot be told, or the command line is wrong.
`;

export const define: DefineCommand = (command, { host, signal, end }) => {
  const status = async (paths: readonly string[], flags: StatusFlags) => {
    const { printStatus } = await import("../../upkeep/status.ts");
    end(await printStatus(paths, flags, host));
  };
  command
    .argument("[CASSETTE...]", "cassette files and folders (default: those of all cases)")
    .addOption(new Option("--verbose", "name every case that a change made stale"))
    .addOption(new Option("--json", "one JSON object per line on stderr: each cassette, the error"))
    .addHelpText("after", NOTE)
    .action((paths: string[], _own: unknown, self: Command) =>
      unlessInterrupted(status(paths, flagsOf(self, ["verbose", ...ERROR_FLAGS])), signal),
    );
};
