import type { Command } from "commander";
import { type DefineCommand, ERROR_FLAGS, flagsOf, unlessInterrupted } from "../../command.ts";

export const define: DefineCommand = (command, { host, signal }) => {
  const show = async (paths: readonly string[]) => {
    const { showCassettes } = await import("../../upkeep/show.ts");
    showCassettes(paths, host);
  };
  command
    .argument("<CASSETTE...>", "cassette files and folders")
    .action((paths: string[], _own: unknown, self: Command) => {
      flagsOf(self, ERROR_FLAGS);
      return unlessInterrupted(show(paths), signal);
    });
};
