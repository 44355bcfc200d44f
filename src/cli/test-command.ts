import { resolve } from "node:path";
import { Command, Option } from "commander";
import type { ExitCode } from "../errors/exit-codes.ts";
import type { Host } from "../host/host.ts";
import { readTestSettings, TEST_VARIABLES } from "../testing/vitest/test-settings.ts";

/** The flags of `llm-do test` that are not vitest's. */
interface TestFlags {
  readonly mode?: string;
  readonly allowUnused?: true;
  readonly report?: string;
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
  llm-do test --report report.html    all that was said and done, to look at in a browser
  llm-do test --watch                 again when a worker, a tool or a cassette changes
`;

/** The command line of `llm-do test`: its own flags, all others are for vitest. */
export function createTestProgram(writeOut: (text: string) => void): Command {
  return new Command("llm-do test")
    .configureOutput({ writeOut, writeErr: () => undefined, outputError: () => undefined })
    .description("Run *.cases.yaml files and vitest tests, against recordings.")
    .argument("[FILTER...]", "parts of paths of files to run")
    .addOption(new Option("--mode <MODE>", "replay, auto or record (default: replay)"))
    .addOption(new Option("--allow-unused", "recordings that nothing asks for are no failure"))
    .addOption(new Option("--report <FILE>", "write a page of HTML on all that was run"))
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
  const { mode, allowUnused, report } = program.opts<TestFlags>();
  const env = {
    ...(mode === undefined ? {} : { [TEST_VARIABLES.mode]: mode }),
    ...(allowUnused ? { [TEST_VARIABLES.allowUnused]: "1" } : {}),
    ...(report === undefined ? {} : { [TEST_VARIABLES.report]: resolve(host.cwd, report) }),
  };
  readTestSettings({ ...host.env, ...env });
  const { runTests } = await import("../testing/vitest/run-tests.ts");
  const ownFlags = program.options.map((option) => option.attributeName());
  return await runTests({ words: program.args, ownFlags, env, folder: host.cwd, signal });
}
