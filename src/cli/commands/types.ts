import { type Command, Option } from "commander";
import { type DefineCommand, ERROR_FLAGS, flagsOf, unlessInterrupted } from "../command.ts";

interface TypesFlags {
  readonly out?: string;
}

export const define: DefineCommand = (command, { host, signal }) => {
  const write = async (files: readonly string[], { out }: TypesFlags) => {
    const { writeTypes } = await import("../../project/types/write-types.ts");
    await writeTypes(files, out, host);
  };
  command
    .argument("<FILES...>", "worker and code files")
    .addOption(
      new Option(
        "--out <FILE>",
        "where to; - is stdout (default: llm-do.d.ts in the project's folder)",
      ),
    )
    .action((files: string[], _own: unknown, self: Command) =>
      unlessInterrupted(write(files, flagsOf(self, ["out", ...ERROR_FLAGS])), signal),
    );
};
