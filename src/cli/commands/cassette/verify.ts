import { type DefineCommand, unlessInterrupted } from "../../command.ts";

export const define: DefineCommand = (command, { host, signal }) => {
  const verify = async (paths: readonly string[]) => {
    const { verifyCassettes } = await import("../../upkeep/verify.ts");
    verifyCassettes(paths, host);
  };
  command
    .argument("<CASSETTE...>", "cassette files and folders")
    .action((paths: string[]) => unlessInterrupted(verify(paths), signal));
};
