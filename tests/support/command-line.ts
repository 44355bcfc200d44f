import type { CommandContext } from "../../src/cli/command.ts";
import { defineAll } from "../../src/cli/commands.ts";
import { createProgram } from "../../src/cli/program.ts";
import { testHost } from "./host.ts";

/** For a command line that is looked at or taken apart, and whose commands do not run. */
export function commandContext(): CommandContext {
  return {
    argv: [],
    host: testHost(),
    signal: new AbortController().signal,
    version: "0.0.0",
    end: () => undefined,
  };
}

const context = commandContext();

/** The whole command line, to be looked at. */
export const commandLine = createProgram(async () => undefined, context);
await defineAll(commandLine, context);
