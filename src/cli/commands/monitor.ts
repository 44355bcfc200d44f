import { type Command, Option } from "commander";
import type { GuardFlags } from "../../hardening/promote/guard.ts";
import {
  type DefineCommand,
  ERROR_FLAGS,
  flagsOf,
  recordingsOption,
  unlessInterrupted,
} from "../command.ts";

const TAKEN = ["reset", "recordings", "model"] as const satisfies readonly (keyof GuardFlags)[];

export const define: DefineCommand = (command, { host, signal }) => {
  const watch = async (workers: readonly string[], flags: GuardFlags) => {
    const { guard } = await import("../../hardening/promote/guard.ts");
    await guard(workers, flags, host);
  };
  command
    .argument("[WORKER...]", "worker files or names (default: all)")
    .addOption(new Option("--reset", "take alarms back, and count comparisons anew"))
    .addOption(recordingsOption())
    .addOption(new Option("-m, --model <MODEL>", "model of workers that name none"))
    .action((workers: string[], _own: unknown, self: Command) =>
      unlessInterrupted(watch(workers, flagsOf(self, [...TAKEN, ...ERROR_FLAGS])), signal),
    );
};
