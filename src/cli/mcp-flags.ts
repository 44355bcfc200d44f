import { type Command, Option } from "commander";
import { flagsOf } from "./project-commands.ts";
import type { RunFlags } from "./run-flags.ts";

/** Flags of runs that say the same of each run that a client starts. */
const TAKEN = [
  "model",
  "approveAll",
  "rejectAll",
  "json",
  "verbose",
  "debug",
  "cassette",
  "mode",
  "script",
  "tools",
  "maxDepth",
  "maxCalls",
  "maxTokens",
  "maxUsd",
  "timeout",
] as const;

export interface McpFlags extends Pick<RunFlags, (typeof TAKEN)[number]> {
  /** Names of the functions that are served. */
  readonly function?: readonly string[];
}

const NOTE = `
Takes the flags of a run that hold for each call: --model, --approve-all, --reject-all, --cassette,
--mode, --script, --tools, limits, -v, --json, --debug. Stdout carries the protocol and nothing else.
`;

/** Adds `llm-do mcp`. */
export function addMcpCommand(
  program: Command,
  serve: (files: readonly string[], flags: McpFlags) => Promise<void>,
): void {
  const collect = (value: string, before: readonly string[] = []) => [...before, value];
  program
    .command("mcp")
    .description("serve the functions of a project to MCP clients, on stdin and stdout")
    .argument("<FILES...>", "worker and code files")
    .addOption(
      new Option("--function <NAME>", "serve this function only (repeatable)").argParser(collect),
    )
    .addHelpText("after", NOTE)
    .exitOverride()
    .action((files: string[], _own: unknown, command: Command) =>
      serve(files, flagsOf(command, ["function", ...TAKEN])),
    );
}
