import { type Command, Option } from "commander";
import type { MonitorFlags } from "../../hardening/promote/monitor.ts";
import {
  count,
  type DefineCommand,
  ERROR_FLAGS,
  flagsOf,
  recordingsOption,
  unlessInterrupted,
} from "../command.ts";

const TAKEN = [
  "reset",
  "log",
  "monthlyCalls",
  "page",
  "recordings",
  "model",
] as const satisfies readonly (keyof MonitorFlags)[];

const NOTE = `
Exit codes: 0 all is well, 1 an alarm was raised, 2 a certificate no longer fits.
`;

/** `monitor`, and its alias `guard`. */
export const define: DefineCommand = (command, { host, signal }) => {
  const watch = async (workers: readonly string[], flags: MonitorFlags) => {
    const { monitor } = await import("../../hardening/promote/monitor.ts");
    await monitor(workers, flags, host);
  };
  command
    .argument("[WORKER...]", "worker files or names (default: all)")
    .addOption(new Option("--reset", "take alarms back, and count comparisons anew"))
    .addOption(new Option("--log <FILE...>", "logs of other machines, which are merged"))
    .addOption(
      new Option("--monthly-calls <N>", "say what so many calls a month save").argParser(count),
    )
    .addOption(
      new Option("--page [FILE]", "write a page with plots (default: hardening/NAME/monitor.html)"),
    )
    .addOption(
      new Option("--json", "the figures as one JSON object on stdout, errors as JSON on stderr"),
    )
    .addOption(recordingsOption())
    .addOption(new Option("-m, --model <MODEL>", "model of workers that name none"))
    .addHelpText(
      "after",
      command.name() === "guard" ? `${NOTE}guard is an alias of monitor.\n` : NOTE,
    )
    .action((workers: string[], _own: unknown, self: Command) =>
      unlessInterrupted(watch(workers, flagsOf(self, [...TAKEN, ...ERROR_FLAGS])), signal),
    );
};
