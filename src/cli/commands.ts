import { type Command, Help } from "commander";
import type { CommandContext, DefineCommand } from "./command.ts";

/** How a command is listed in the help; its own file is loaded when it runs. */
interface ListedCommand {
  /** The name with its arguments, as the help lists it. A test holds it against the command. */
  readonly usage: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly define: DefineCommand }>;
}

/** A command that has commands of its own. */
interface ListedGroup {
  readonly usage: string;
  readonly summary: string;
  readonly commands: Readonly<Record<string, ListedCommand>>;
}

type CommandTable = Readonly<Record<string, ListedCommand | ListedGroup>>;

/** The commands of `llm-do cassette`. */
const CASSETTE_COMMANDS: ListedGroup["commands"] = {
  show: {
    usage: "show <CASSETTE...>",
    summary: "show what was said and done, call by call",
    load: () => import("./commands/cassette/show.ts"),
  },
  verify: {
    usage: "verify <CASSETTE...>",
    summary: "check that every entry is whole, fits its key and would be written today",
    load: () => import("./commands/cassette/verify.ts"),
  },
  status: {
    usage: "status [options] [CASSETTE...]",
    summary: "say which recordings are stale and why, and what recording them anew costs",
    load: () => import("./commands/cassette/status.ts"),
  },
  prune: {
    usage: "prune [options] <CASSETTE...>",
    summary: "remove recordings that no run asks for",
    load: () => import("./commands/cassette/prune.ts"),
  },
  rekey: {
    usage: "rekey [options] [CASSETTE...]",
    summary: "apply today's redact and volatile rules to recordings, offline",
    load: () => import("./commands/cassette/rekey.ts"),
  },
};

/** All commands, in the order of the help. `llm-do FILES... [PROMPT]` is the program itself. */
const COMMANDS: CommandTable = {
  check: {
    usage: "check [options] <FILES...>",
    summary: "find what is wrong without asking a model",
    load: () => import("./commands/check.ts"),
  },
  types: {
    usage: "types [options] <FILES...>",
    summary: "write the types of all functions, so that ctx.call knows them by name",
    load: () => import("./commands/types.ts"),
  },
  init: {
    usage: "init [DIR]",
    summary: "tell git how to treat recordings and fixtures: adds lines that are missing",
    load: () => import("./commands/init.ts"),
  },
  test: {
    usage: "test [FILTER...]",
    summary: "run cases and tests against recordings",
    load: () => import("./commands/test.ts"),
  },
  mcp: {
    usage: "mcp [options] <FILES...>",
    summary: "serve the functions of a project to MCP clients, on stdin and stdout",
    load: () => import("./commands/mcp.ts"),
  },
  harden: {
    usage: "harden [options] [WORKERS...]",
    summary: "make code of a prompt: look at recordings, write a tool, its guard and its test",
    load: () => import("./commands/harden.ts"),
  },
  compare: {
    usage: "compare [options] <WORKER> <TOOL>",
    summary: "compare a prompt with code, or another prompt, over its recordings",
    load: () => import("./commands/compare.ts"),
  },
  promote: {
    usage: "promote [options] <WORKER>",
    summary: "say who answers a function: its prompt, or code, by a certificate",
    load: () => import("./commands/promote.ts"),
  },
  monitor: {
    usage: "monitor [options] [WORKER...]",
    summary: "say how functions with prompt and code are doing",
    load: () => import("./commands/monitor.ts"),
  },
  swap: {
    usage: "swap [options] <WORKER>",
    summary: "alias of promote, with --mode for --to",
    load: () => import("./commands/promote.ts"),
  },
  guard: {
    usage: "guard [options] [WORKER...]",
    summary: "alias of monitor",
    load: () => import("./commands/monitor.ts"),
  },
  soften: {
    usage: "soften [options] <TOOL>",
    summary: "write a worker that does by a prompt what a tool does by code",
    load: () => import("./commands/soften.ts"),
  },
  import: {
    usage: "import [options] <FILE>",
    summary:
      "record calls of a model that another program made: spans, or lines of input and output",
    load: () => import("./commands/import.ts"),
  },
  cassette: { usage: "cassette", summary: "look after recordings", commands: CASSETTE_COMMANDS },
};

/** Lists all commands in the program; each is defined once the command line names it. */
export function addCommands(program: Command, context: CommandContext): void {
  addTable(program, COMMANDS, context);
}

/**
 * Defines all commands of a program that lists them, as if the command line named each.
 *
 * @internal Tests hold the table and the docs against the whole command line.
 */
export async function defineAll(program: Command, context: CommandContext): Promise<void> {
  await defineTable(program, COMMANDS, context);
}

function addTable(parent: Command, table: CommandTable, context: CommandContext): void {
  for (const [name, { summary }] of Object.entries(table)) {
    parent.command(name).description(summary).exitOverride();
  }
  const { subcommandTerm } = Help.prototype;
  parent.configureHelp({
    // What is not in the table is commander's own `help`.
    subcommandTerm: (command) => table[command.name()]?.usage ?? subcommandTerm(command),
  });
  // Before the command's own flags are read.
  parent.hook("preSubcommand", async (_parent, command) => {
    const listed = table[command.name()];
    if (!listed) return;
    await define(command, listed, context);
    // `cassette help NAME` shows a command that it does not run, so that no hook defines it.
    const isHelp = "commands" in listed && parent.args[1] === "help";
    if (isHelp) await defineTable(command, listed.commands, context);
  });
}

async function define(
  command: Command,
  listed: ListedCommand | ListedGroup,
  context: CommandContext,
): Promise<void> {
  if ("commands" in listed) addTable(command, listed.commands, context);
  else (await listed.load()).define(command, context);
}

async function defineTable(
  parent: Command,
  table: CommandTable,
  context: CommandContext,
): Promise<void> {
  for (const command of parent.commands) {
    const listed = table[command.name()];
    if (!listed) continue;
    await define(command, listed, context);
    if ("commands" in listed) await defineTable(command, listed.commands, context);
  }
}
