import { type Command, Option } from "commander";
import { formatPlace } from "../../errors/place.ts";
import type { Host } from "../../host/host.ts";
import type { Note } from "../../project/check/check-project.ts";
import { jsonView } from "../../ui/json-view.ts";
import { counted } from "../../words/counted.ts";
import { type DefineCommand, ERROR_FLAGS, flagsOf, unlessInterrupted } from "../command.ts";

interface CheckFlags {
  readonly entry?: string;
  readonly model?: string;
  readonly headless?: true;
  readonly json?: true;
}

const TAKEN = ["entry", "model", "headless"] as const satisfies (keyof CheckFlags)[];

export const define: DefineCommand = (command, { host, signal }) => {
  command
    .argument("<FILES...>", "worker and code files")
    .addOption(new Option("-e, --entry <NAME>", "function that runs will start with"))
    .addOption(new Option("-m, --model <MODEL>", "model of the entry"))
    .addOption(new Option("--headless", "find calls that need a person's approval, too"))
    .addOption(new Option("--json", "one JSON object per line on stderr: findings, the error"))
    .action((files: string[], _own: unknown, self: Command) =>
      unlessInterrupted(check(files, flagsOf(self, [...TAKEN, ...ERROR_FLAGS]), host), signal),
    );
};

/**
 * Prints how many functions there are when nothing is wrong with them, and notes on
 * what reaches a model in another way than it was written.
 *
 * @throws LlmDoError `project` with everything that is
 */
async function check(files: readonly string[], flags: CheckFlags, host: Host): Promise<void> {
  const { checkProject, foundWrong } = await import("../../project/check/check-project.ts");
  const { entry, model, headless, json } = flags;
  const report = await checkProject({ files, entry, model, headless }, host);
  const { findings, notes, functions } = report;
  const write = jsonView(host.stderr);
  if (json) for (const note of notes) write({ kind: "note", ...note });
  if (findings.length === 0) {
    host.stdout.write(`${counted(functions, "function")}, nothing wrong\n`);
    host.stdout.write(notes.map(lineOf).join(""));
    return;
  }
  if (json) for (const finding of findings) write({ kind: "finding", ...finding });
  throw foundWrong(files, findings);
}

function lineOf({ place, note }: Note): string {
  return `  ${formatPlace(place)}: note: ${note}\n`;
}
