import type { Reporter, TestSpecification, Vitest } from "vitest/node";
import { CASSETTE_MODES, type CassetteMode } from "../../../cassette/state/session-state.ts";
import type { Environment, Host } from "../../../host/host.ts";
import { nodeHost } from "../../../host/node-host.ts";
import { removeAtExit } from "../../../host/this-process.ts";
import { MODEL_REQUESTS_VARIABLE, requestsInTests } from "../../../project/run/model-requests.ts";
import { CASES_ENDING } from "../../cases/file/case-name.ts";
import { flagOf } from "../../settings/read-variable.ts";
import { TEST_VARIABLES } from "../../settings/test-settings.ts";
import { EstimateReporter } from "../reporters/estimate-reporter.ts";
import { SummaryReporter } from "../reporters/summary-reporter.ts";
import { TerminalReporter } from "../reporters/terminal-reporter.ts";
import { TestWatch } from "../watch/test-watch.ts";
import { BIN } from "./own-files.ts";
import { claimAttachment, claimsOf } from "./run-claims.ts";
import { ShardMerger, shardByCase } from "./shard-cases.ts";

/** How long a test in code may take at least that records: models take their time, and retries too. */
const RECORDING_TIMEOUT_MS = 300_000;

/** Makes a run of vitest watch what tests are about, divide cases and say what they came to. */
export function attachRun(vitest: Vitest): void {
  if (!claimAttachment(vitest)) return;
  const host = nodeHost();
  const { config } = vitest;
  const env = { ...host.env, ...config.env };
  shardByCase(vitest);
  config.reporters.unshift(new TerminalReporter());
  const mode = modeIn(env);
  if (config.watch) claimsOf(vitest).watch = new TestWatch(vitest, mode !== "replay");
  if (mode !== "replay") {
    const maxUsd = env[TEST_VARIABLES.maxUsd];
    const samples = Number(env[TEST_VARIABLES.samples]) || undefined; // what is wrong stops the run
    const rangesOf = () => claimsOf(vitest).ranges;
    const options = { vitest, bin: BIN, rangesOf, host, mode, maxUsd, samples };
    config.reporters.push(new EstimateReporter(options));
  }
  const isVerbose = flagOf(TEST_VARIABLES.verbose, { env });
  const report = env[TEST_VARIABLES.report];
  if (config.mergeReports) config.reporters.push(new ShardMerger());
  config.reporters.push(new SummaryReporter({ host, report, isVerbose }));
  if (!config.mergeReports) config.reporters.push(new TransformAhead());
}

/** Says to the processes of all projects what they may ask, and where their files go meanwhile. */
export function equipProjects(vitest: Vitest): void {
  const host = nodeHost();
  const env = { ...host.env, ...vitest.config.env };
  const said = {
    [TEST_VARIABLES.scratch]: env[TEST_VARIABLES.scratch] ?? scratchOf(vitest, host),
    [MODEL_REQUESTS_VARIABLE]: env[MODEL_REQUESTS_VARIABLE] || requestsInTests(modeIn(env)),
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
  const claims = claimsOf(vitest);
  if (claims.scratch !== undefined) return claims.scratch;
  const scratch = removeAtExit(host.scratch.make());
  vitest.onClose(() => scratch[Symbol.dispose]());
  claims.scratch = scratch.path;
  return scratch.path;
}

/** One that is misspelt is for the processes that run tests to refuse. */
function modeIn(env: Environment): CassetteMode {
  const said = env[TEST_VARIABLES.mode];
  return CASSETTE_MODES.find((mode) => mode === said) ?? "replay";
}

/**
 * Transforms the first file of cases while the process that asks for it starts: this one has nothing
 * else to do then, and the first file takes it several times what later ones do.
 */
class TransformAhead implements Reporter {
  onTestRunStart(specifications: readonly TestSpecification[]): void {
    const first = specifications.find(({ moduleId }) => moduleId.endsWith(CASES_ENDING));
    if (!first) return;
    const { vite } = first.project;
    const url = urlOf(first.moduleId, vite.config.root);
    if (url === undefined) return;
    // Later than the start of that process. What is wrong with the file is told when it is asked for.
    setImmediate(() => vite.environments.ssr.transformRequest(url).catch(() => undefined));
  }
}

/** The address that the runner asks for a file by; undefined for one elsewhere than below the root. */
function urlOf(path: string, root: string): string | undefined {
  return path.startsWith(`${root}/`) ? path.slice(root.length) : undefined;
}
