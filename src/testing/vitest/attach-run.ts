import type { Vitest } from "vitest/node";
import { CASSETTE_MODES, type CassetteMode } from "../../cassette/session-state.ts";
import type { Environment, Host } from "../../host/host.ts";
import { nodeHost } from "../../host/node-host.ts";
import { removeAtExit } from "../../host/remove-at-exit.ts";
import { MODEL_REQUESTS_VARIABLE, requestsInTests } from "../../project/model-requests.ts";
import { EstimateReporter } from "./estimate-reporter.ts";
import { withImporters } from "./importers.ts";
import { claimAttachment, sharedScratch } from "./run-claims.ts";
import { shardByCase } from "./shard-cases.ts";
import { SummaryReporter } from "./summary-reporter.ts";
import { TEST_VARIABLES } from "./test-settings.ts";

/** The files of cases that changed files matter to. */
type CasesAbout = (changed: Iterable<string>) => readonly string[];

/** How long a test in code may take at least that records: models take their time, and retries too. */
const RECORDING_TIMEOUT_MS = 300_000;

/** Everything. */
const ANY_PATH = /^/;

/** Makes a run of vitest watch what cases are about, clean up after them and say what they came to. */
export function attachRun(vitest: Vitest, casesAbout: CasesAbout): void {
  const host = nodeHost();
  const { config } = vitest;
  const env = { ...host.env, ...config.env };
  // A run that records writes what would make it run again.
  if (modeIn(env) === "replay") watch(vitest, casesAbout);
  if (!claimAttachment(vitest)) return;
  shardByCase(vitest);
  const mode = modeIn(env);
  if (mode !== "replay") {
    const maxUsd = env[TEST_VARIABLES.maxUsd];
    config.reporters.push(new EstimateReporter({ vitest, host, mode, maxUsd }));
  }
  config.reporters.push(new SummaryReporter({ host, report: env[TEST_VARIABLES.report] }));
}

/** Says to the processes of all projects what they may ask, and where their files go meanwhile. */
export function equipProjects(vitest: Vitest): void {
  const host = nodeHost();
  const env = { ...host.env, ...vitest.config.env };
  const said = {
    [TEST_VARIABLES.scratch]: env[TEST_VARIABLES.scratch] ?? scratchOf(vitest, host),
    [MODEL_REQUESTS_VARIABLE]: env[MODEL_REQUESTS_VARIABLE] ?? requestsInTests(modeIn(env)),
  };
  const records = modeIn(env) !== "replay";
  for (const { config } of vitest.projects) {
    config.env = { ...said, ...config.env };
    if (records && config.testTimeout > 0) {
      config.testTimeout = Math.max(config.testTimeout, RECORDING_TIMEOUT_MS);
    }
  }
}

/** Processes that run tests may be killed at any time; this one is there to the end. */
function scratchOf(vitest: Vitest, host: Host): string {
  return sharedScratch(vitest, () => {
    const scratch = removeAtExit(host.scratch.make());
    vitest.onClose(() => scratch[Symbol.dispose]());
    return scratch.path;
  });
}

/** One that is misspelt is for the processes that run tests to refuse. */
function modeIn(env: Environment): CassetteMode {
  const said = env[TEST_VARIABLES.mode];
  return CASSETTE_MODES.find((mode) => mode === said) ?? "replay";
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
