import { Command, Option } from "commander";
import { EXIT, type ExitCode } from "../errors/exit-codes.ts";
import type { Host } from "../host/host.ts";
import { readTestSettings, TEST_VARIABLES } from "../testing/vitest/test-settings.ts";
import { type AddFlags, addedText, addRequestOf } from "./add-flags.ts";

/** The flags of `llm-do test` that are not vitest's. */
interface TestFlags extends AddFlags {
  readonly mode?: string;
  readonly allowUnused?: true;
}

export interface TestCommand {
  /** What follows `test` on the command line. */
  readonly argv: readonly string[];
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly writeOut: (text: string) => void;
}

const HELP = `
All other flags are vitest's: -t PATTERN, --watch, --shard 1/3, --coverage, --reporter junit,
--update (of snapshots), --project cases, ... See npx vitest --help.

Exit codes: 0 all passed, 1 a test failed, 2 nothing to run or a wrong command line, 3 all failures
are about recordings (a miss, a stale or unused one), 130 interrupted.

Examples:
  llm-do test                         replay every case, run every *.test.ts
  llm-do test main -t "greets"        the cases of main whose names fit
  llm-do test --mode auto             record what is missing
  llm-do test --watch                 again when a worker, a tool or a cassette changes
  llm-do test --add last --name "greets by name"
`;

/** The command line of `llm-do test`: its own flags, all others are for vitest. */
export function createTestProgram(writeOut: (text: string) => void): Command {
  return new Command("llm-do test")
    .configureOutput({ writeOut, writeErr: () => undefined, outputError: () => undefined })
    .description("Run *.cases.yaml files and vitest tests, against recordings.")
    .argument("[FILTER...]", "parts of paths of files to run")
    .addOption(new Option("--mode <MODE>", "replay, auto or record (default: replay)"))
    .addOption(new Option("--allow-unused", "recordings that nothing asks for are no failure"))
    .addOption(new Option("--add <RUN>", "make a case of a run: last, a kept run, a cassette"))
    .addOption(new Option("--name <NAME>", "with --add: what the case is called"))
    .addOption(new Option("--to <FILE>", "with --add: the file of cases (default: by the entry)"))
    .addOption(new Option("--workspace <DIR>", "with --add: each test works in a copy of it"))
    .addOption(
      new Option("--tools <HOW>", "with --add: answer local effects as recorded").choices([
        "recorded",
      ]),
    )
    .addHelpText("after", HELP)
    .allowUnknownOption()
    .exitOverride();
}

/**
 * `llm-do test [FILTER...]`.
 *
 * @throws LlmDoError `usage` or `cases` for what keeps tests from running
 */
export async function testCommand({
  argv,
  host,
  signal,
  writeOut,
}: TestCommand): Promise<ExitCode> {
  const program = createTestProgram(writeOut).action(() => undefined);
  await program.parseAsync([...argv], { from: "user" });
  const flags = program.opts<TestFlags>();
  const adding = addRequestOf(flags, program.args);
  if (adding) {
    const { addCase } = await import("../testing/add/add-case.ts");
    const added = await addCase(adding, host);
    writeOut(addedText(adding, added, host));
    return EXIT.done;
  }
  const { mode, allowUnused } = flags;
  const env = {
    ...(mode === undefined ? {} : { [TEST_VARIABLES.mode]: mode }),
    ...(allowUnused ? { [TEST_VARIABLES.allowUnused]: "1" } : {}),
  };
  readTestSettings({ ...host.env, ...env });
  const { runTests } = await import("../testing/vitest/run-tests.ts");
  return await runTests({ words: program.args, env, signal });
}
