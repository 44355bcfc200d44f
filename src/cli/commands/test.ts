import { resolve } from "node:path";
import { Command, Option } from "commander";
import { EXIT, type ExitCode } from "../../errors/codes.ts";
import { type LlmDoError, wrongFlag } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { type AddFlags, addedText, addRequestOf } from "../../testing/add/add-flags.ts";
import {
  AGAINST_FORMATS,
  type AgainstFlags,
  againstWordsOf,
} from "../../testing/against/against-flags.ts";
import { checkBatchFlags } from "../../testing/batch/batch-flags.ts";
import { checkPage } from "../../testing/report/write-page.ts";
import { typedName } from "../../testing/settings/flag-name.ts";
import {
  chooseSeed,
  readTestSettings,
  TEST_VARIABLES,
} from "../../testing/settings/test-settings.ts";
import type { CommandContext, DefineCommand } from "../command.ts";

/** The flags of `llm-do test` that are not vitest's. */
interface TestFlags extends AddFlags, AgainstFlags {
  readonly mode?: string;
  readonly allowUnused?: true;
  readonly samples?: string;
  readonly maxUsd?: string;
  readonly mutate?: true;
  readonly json?: true;
  readonly faults?: true;
  readonly seed?: string;
  readonly runs?: string;
  readonly path?: string;
  readonly report?: string;
  readonly calibrate?: true;
  readonly least?: string;
  readonly models?: string;
  readonly verbose?: true;
}

const HELP = `
All other flags are vitest's: -t PATTERN, --watch, --shard 1/3, --coverage, --reporter junit,
--update (of snapshots), --project cases, ... See npx vitest --help.

Exit codes: 0 all passed, 1 a test failed, 2 nothing to run, or the command line, a file of cases or
of the project is wrong, 3 all failures are about recordings (a miss, a stale or unused one, a busy
provider), 5 --max-usd is spent, 130 interrupted, 143 by SIGTERM, 129 by SIGHUP.

Examples:
  llm-do test                         replay every case, run every *.test.ts
  llm-do test main -t "greets"        the cases of main whose names fit
  llm-do test --mode auto             record what is missing
  llm-do test --report report.html    all that was said and done, to look at in a browser
  llm-do test --watch                 again when a worker, a tool or a cassette changes
  llm-do test --against main          the answers of main beside those of the work tree
  llm-do test --mutate                whether each case notices what changes
  llm-do test --calibrate             whether judges agree with labels
  llm-do test --models a:x,b:y        which model passes, at what cost and how fast
  llm-do test --add last --name "greets by name"
`;

/** Listed with the others; {@link testCommand} reads the line that begins with it. */
export const define: DefineCommand = (command) => {
  command.argument("[FILTER...]");
};

/** The command line of `llm-do test`: its own flags, all others are for vitest. */
export function createTestProgram(writeOut: (text: string) => void): Command {
  return new Command("llm-do test")
    .configureOutput({ writeOut, writeErr: () => undefined, outputError: () => undefined })
    .description("Run *.cases.yaml files and vitest tests, against recordings.")
    .argument("[FILTER...]", "parts of paths of files to run")
    .addOption(new Option("--mode <MODE>", "replay, auto or record (default: replay)"))
    .addOption(new Option("--allow-unused", "recordings that nothing asks for are no failure"))
    .addOption(new Option("--samples <N>", "run each case at least N times"))
    .addOption(new Option("--max-usd <N>", "what recording may cost in all, in US dollars"))
    .addOption(
      new Option("--mutate", "change one thing at a time in each case: it must be noticed"),
    )
    .addOption(new Option("--json", "with --mutate: all mutations as JSON on stdout"))
    .addOption(new Option("--faults", "run each case with faults: it must end well or in an error"))
    .addOption(new Option("--seed <N>", "with --faults: what their choice follows from"))
    .addOption(new Option("--runs <N>", "with --faults: runs of each case (default: 100)"))
    .addOption(new Option("--path <PATH>", "with --faults: the one run that a failure names"))
    .addOption(new Option("--add <RUN>", "make a case of a run: last, a kept run, a cassette"))
    .addOption(new Option("--name <NAME>", "with --add: what the case is called"))
    .addOption(new Option("--to <FILE>", "with --add: the file of cases (default: by the entry)"))
    .addOption(new Option("--workspace <DIR>", "with --add: each test works in a copy of it"))
    .addOption(
      new Option(
        "--tools <HOW>",
        "live runs all tools, recorded answers them from recordings",
      ).choices(["live", "recorded"]),
    )
    .addOption(new Option("--against <REF>", "compare with the cases of a git revision, offline"))
    .addOption(
      new Option("--format <FORMAT>", "with --against: how it is written").choices(AGAINST_FORMATS),
    )
    .addOption(new Option("--calibrate", "compare judges with labels: from then on they count"))
    .addOption(
      new Option("--least <SHARE>", "with --calibrate: verdicts that must agree (default: 0.8)"),
    )
    .addOption(new Option("--models <A,B>", "run each case with each model, and compare them"))
    .addOption(new Option("--report <FILE>", "write a page of HTML on all that was run"))
    .addOption(new Option("--verbose", "name every case that a change made stale"))
    .addHelpText("after", HELP)
    .allowUnknownOption()
    .exitOverride();
}

/**
 * `llm-do test [FILTER...]`; `test` is the first word of the command line.
 *
 * @throws LlmDoError `usage` or `cases` for what keeps tests from running
 */
export async function testCommand({ argv, host, signal }: CommandContext): Promise<ExitCode> {
  const writeOut = (text: string) => host.stdout.write(text);
  const program = createTestProgram(writeOut).action(() => undefined);
  await program.parseAsync(argv.slice(1), { from: "user" });
  const flags = program.opts<TestFlags>();
  const adding = addRequestOf(flags, program.args);
  if (adding) {
    const { addCase } = await import("../../testing/add/add-case.ts");
    const added = await addCase(adding, host);
    writeOut(addedText(adding, added, host));
    return EXIT.done;
  }
  const comparing = againstWordsOf({ ...flags }, program.args, host);
  if (comparing) {
    const { reportAgainst } = await import("../../testing/against/report-against.ts");
    return await reportAgainst(comparing, { host, signal });
  }
  if (flags.json && !flags.mutate) throw jsonOfWhat();
  const env = variablesOf(flags, host);
  const settings = readTestSettings({ ...host.env, ...env }, flagNames(flags));
  checkBatchFlags(flags);
  if (flags.report !== undefined) checkPage(flags.report, host);
  const { args: words } = program;
  if (flags.calibrate) {
    const { calibrateJudges } = await import("../../testing/calibrate/calibrate-judges.ts");
    return await calibrateJudges({ words, least: flags.least, settings, host, signal });
  }
  if (flags.models !== undefined) {
    const { compareModels } = await import("../../testing/models/compare-models.ts");
    const { models, report } = flags;
    return await compareModels({ models, words, report, settings, host, signal });
  }
  const { runTests } = await import("../../testing/vitest/run/run-tests.ts");
  const ownFlags = program.options.map((option) => option.attributeName());
  return await runTests({
    words,
    ownFlags,
    env,
    folder: host.cwd,
    signal,
    writeErr: host.stderr.write,
    writeMutations: flags.json && writeOut,
  });
}

function jsonOfWhat(): LlmDoError {
  return wrongFlag("--json", "it writes what --mutate finds", [
    "add --mutate",
    "for the results of tests: --reporter json --outputFile results.json",
  ]);
}

/** The flags that processes that run tests read from variables. */
const FLAG_VARIABLES = {
  mode: TEST_VARIABLES.mode,
  allowUnused: TEST_VARIABLES.allowUnused,
  tools: TEST_VARIABLES.tools,
  samples: TEST_VARIABLES.samples,
  maxUsd: TEST_VARIABLES.maxUsd,
  mutate: TEST_VARIABLES.mutate,
  faults: TEST_VARIABLES.faults,
  seed: TEST_VARIABLES.seed,
  runs: TEST_VARIABLES.runs,
  path: TEST_VARIABLES.path,
  verbose: TEST_VARIABLES.verbose,
  report: TEST_VARIABLES.report,
} as const satisfies Partial<Record<keyof TestFlags, string>>;

/** What the flags say, as the processes that run tests read it. */
function variablesOf(
  flags: TestFlags,
  { env, random, cwd }: Host,
): Readonly<Record<string, string>> {
  const hasSeed = env[TEST_VARIABLES.seed] !== undefined;
  const seed = flags.seed ?? (flags.faults && !hasSeed ? String(chooseSeed(random)) : undefined);
  const report = flags.report && resolve(cwd, flags.report);
  const said = { ...flags, seed, report };
  return Object.fromEntries(
    Object.entries(FLAG_VARIABLES).flatMap(([flag, variable]) => {
      const value = said[flag as keyof typeof FLAG_VARIABLES]; // its keys are these
      return value === undefined ? [] : [[variable, value === true ? "1" : value]];
    }),
  );
}

/** The flags that were given, by the variables that they set. */
function flagNames(flags: TestFlags): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(FLAG_VARIABLES)
      .filter(([flag]) => flags[flag as keyof typeof FLAG_VARIABLES] !== undefined)
      .map(([flag, variable]) => [variable, `--${typedName(flag)}`]),
  );
}
