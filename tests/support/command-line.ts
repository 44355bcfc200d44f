import { createProgram, type ProgramParts } from "../../src/cli/program.ts";

/** The command line, to be looked at: its commands do nothing. */
export const commandLine = createProgram({
  version: "0.0.0",
  // Whatever commands there are: each is asked for by its name.
  commands: new Proxy({} as ProgramParts["commands"], { get: () => async () => undefined }),
  writeOut: () => undefined,
});
