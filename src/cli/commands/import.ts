import { type Command, Option } from "commander";
import { EXIT } from "../../errors/codes.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { shellQuote } from "../../words/shell-quote.ts";
import { collect, type DefineCommand, ERROR_FLAGS, flagsOf } from "../command.ts";

interface ImportFlags {
  readonly worker?: string;
  readonly with?: readonly string[];
  readonly model?: string;
  readonly out?: string;
  readonly json?: true;
}

const TAKEN = ["worker", "with", "model", "out"] as const satisfies (keyof ImportFlags)[];

const NOTE = `
FILE holds OpenTelemetry spans of calls of models, as OTLP in JSON, or JSON lines of input and output:
  {"input": "...", "output": "...", "model": "...", "usage": {"input_tokens": 1, "output_tokens": 1}, "at": "..."}
What is imported is a record to learn from. It never answers a run.

Exit codes: 0 done; 6 nothing in the file is of the worker; 2, 3, 5 as everywhere.

Example:
  llm-do import traffic.jsonl --worker date.worker
`;

export const define: DefineCommand = (command, { host, end }) => {
  command.argument("<FILE>", "spans, or JSON lines of input and output");
  for (const option of options()) command.addOption(option);
  command.addHelpText("after", NOTE).action(async (file: string, _own: unknown, self: Command) => {
    const flags: ImportFlags = flagsOf(self, [...TAKEN, ...ERROR_FLAGS]);
    const { importTraffic, importedText } = await import(
      "../../hardening/import/import-traffic.ts"
    );
    const { worker, with: others = [], model, out } = flags;
    if (worker === undefined) throw noWorker(file);
    const result = await importTraffic({ file, worker, others, model, out }, host);
    host.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : importedText(result));
    end(result.imported + result.known > 0 ? EXIT.done : EXIT.inconclusive);
  });
};

function noWorker(file: string): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "read",
    what: "command line",
    reason: "nothing says which worker the calls are of",
    tries: [`llm-do import ${shellQuote(file)} --worker main.worker`, "llm-do import --help"],
  });
}

function options(): readonly Option[] {
  return [
    new Option("--worker <WORKER>", "the worker that the calls are of"),
    new Option(
      "--with <FILE>",
      "a file of the project that the worker needs (repeatable)",
    ).argParser(collect),
    new Option("-m, --model <MODEL>", "the model that the calls are of (default: the worker's)"),
    new Option("--out <CASSETTE>", "where to (default: cassettes/imported-NAME.yaml)"),
  ];
}
