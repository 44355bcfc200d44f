import { type Command, Option } from "commander";
import { counted } from "../../words/counted.ts";
import {
  type DefineCommand,
  ERROR_FLAGS,
  flagsOf,
  recordingsOption,
  unlessInterrupted,
} from "../command.ts";

interface SoftenFlags {
  readonly out?: string;
  readonly force?: true;
  readonly recordings?: readonly string[];
  readonly model?: string;
}

const TAKEN = ["out", "force", "recordings", "model"] as const satisfies (keyof SoftenFlags)[];

export const define: DefineCommand = (command, { host, signal }) => {
  /** @throws LlmDoError what keeps it from writing a worker; nothing is written then */
  const soften = async (tool: string, { out, force, model, recordings }: SoftenFlags) => {
    const { softenTool } = await import("../../hardening/write/soften/soften-tool.ts");
    const request = { tool, out, isForced: force === true, model, recordings };
    const { path, examples } = await softenTool(request, host);
    const shown = examples === 0 ? "no recorded examples" : counted(examples, "recorded example");
    host.stdout.write(`wrote ${path}, with ${shown}\n`);
  };
  command
    .argument("<TOOL>", "FILE.ts#TOOL or FILE.ts#TOOLSET.TOOL")
    .addOption(new Option("--out <FILE>", "where to (default: NAME.worker beside the tool's file)"))
    .addOption(new Option("--force", "replace a file that is there"))
    .addOption(recordingsOption())
    .addOption(new Option("-m, --model <MODEL>", "model of the worker (default: LLM_DO_MODEL)"))
    .action((tool: string, _own: unknown, self: Command) =>
      unlessInterrupted(soften(tool, flagsOf(self, [...TAKEN, ...ERROR_FLAGS])), signal),
    );
};
