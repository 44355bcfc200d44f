import { type Command, Option } from "commander";
import type { McpFlags } from "../../mcp-server/mcp-service.ts";
import { collect, type DefineCommand, ERROR_FLAGS, flagsOf } from "../command.ts";

/** Flags of runs that say the same of each run that a client starts. */
const TAKEN = [
  "model",
  "approveAll",
  "rejectAll",
  "verbose",
  "cassette",
  "mode",
  "script",
  "tools",
  "maxDepth",
  "maxCalls",
  "maxTokens",
  "maxUsd",
  "timeout",
] as const satisfies (keyof McpFlags)[];

const OWN = ["function", "http", "host", "allowHost"] as const satisfies (keyof McpFlags)[];

const NOTE = `
Takes the flags of a run that hold for each call: --model, --approve-all, --reject-all, --cassette,
--mode, --script, --tools, limits, -v, --json, --debug. Stdout carries the protocol and nothing else;
with --http the address that clients connect to.
`;

export const define: DefineCommand = (command, { argv, host, signal, version }) => {
  command
    .argument("<FILES...>", "worker and code files")
    .addOption(
      new Option("--function <NAME>", "serve this function only (repeatable)").argParser(collect),
    )
    .option("--http <PORT>", "listen for clients over streamable HTTP, at /mcp (0: any free port)")
    .option("--host <ADDRESS>", "with --http: where to listen (default: 127.0.0.1)")
    .addOption(
      new Option(
        "--allow-host <NAME>",
        "with --http: a further name that clients may reach it by (repeatable)",
      ).argParser(collect),
    )
    .addHelpText("after", NOTE)
    .action(async (files: string[], _own: unknown, self: Command) => {
      const flags = flagsOf(self, [...OWN, ...TAKEN, ...ERROR_FLAGS]);
      const { serveProject } = await import("../../mcp-server/serve-project.ts");
      await serveProject({ files, flags, host, signal, command: argv, version });
    });
};
