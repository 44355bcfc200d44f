import type { Vitest } from "vitest/node";
import { nodeHost } from "../../host/node-host.ts";
import { removeAtExit } from "../../host/remove-at-exit.ts";
import { withImporters } from "./importers.ts";
import { flagOf } from "./read-variable.ts";
import { claimAttachment } from "./run-claims.ts";
import { SummaryReporter } from "./summary-reporter.ts";
import { TEST_VARIABLES } from "./test-settings.ts";

/** The files of cases that changed files matter to. */
type CasesAbout = (changed: Iterable<string>) => readonly string[];

/** Everything. */
const ANY_PATH = /^/;

/** Makes a run of vitest watch what cases are about, clean up after them and say what they came to. */
export function attachRun(vitest: Vitest, casesAbout: CasesAbout): void {
  const host = nodeHost();
  const { config, projects } = vitest;
  const env = { ...host.env, ...config.env };
  // A run that records writes what would make it run again.
  if ((env[TEST_VARIABLES.mode] ?? "replay") === "replay") watch(vitest, casesAbout);
  if (!claimAttachment(vitest)) return;
  const isVerbose = flagOf(TEST_VARIABLES.verbose, env);
  config.reporters.push(
    new SummaryReporter({ host, report: env[TEST_VARIABLES.report], isVerbose }),
  );
  if (env[TEST_VARIABLES.scratch] !== undefined) return;
  // Processes that run tests may be killed at any time; this one is there to the end.
  const scratch = removeAtExit(host.scratch.make());
  for (const { config } of projects) {
    config.env = { ...config.env, [TEST_VARIABLES.scratch]: scratch.path };
  }
  vitest.onClose(() => scratch[Symbol.dispose]());
}

/** Lets vitest run what a changed file is about: beside cases also the tests that import it. */
function watch(vitest: Vitest, casesAbout: CasesAbout): void {
  const testsToRun = (path: string) => {
    const changed = withImporters(path, vitest);
    const cases = casesAbout(changed);
    if (cases.length === 0) return undefined; // vitest finds the tests itself
    const tests = vitest.state.getFilepaths().filter((file) => changed.has(file));
    return [...new Set([...cases, ...tests])];
  };
  const { config } = vitest;
  config.watchTriggerPatterns = [
    ...(config.watchTriggerPatterns ?? []),
    { pattern: ANY_PATH, testsToRun },
  ];
}
