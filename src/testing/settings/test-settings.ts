import { isCi } from "../../cassette/state/default-mode.ts";
import { CASSETTE_MODES, type CassetteMode } from "../../cassette/state/session-state.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Environment } from "../../host/host.ts";
import { nearest } from "../../words/nearest.ts";
import {
  amountOf,
  badValue,
  flagOf,
  integerOf,
  saidAs,
  type Variables,
  wordOf,
} from "./read-variable.ts";

/** How cases are run; `llm-do test` sets them, and under plain vitest a person may. */
export interface TestSettings {
  readonly mode: CassetteMode;
  readonly allowUnused: boolean;
  /** Whether tools run, or recordings answer for them; undefined: as each test says. */
  readonly tools: "live" | "recorded" | undefined;
  /** How many runs each case has at least; undefined: as many as it says. */
  readonly samples: number | undefined;
  /** Whether each case is also run with one thing changed at a time. */
  readonly mutate: boolean;
  /** How each case is also run with faults; undefined when it is not. */
  readonly faults: FaultSettings | undefined;
  /** Whether a test tells all that its case did, for the report. */
  readonly tellsAll: boolean;
  /** What the command may spend on recording, in US dollars; undefined: whatever it takes. */
  readonly maxUsd: number | undefined;
  /** Where copies of workspaces go; undefined: where the system has its temporary files. */
  readonly scratch: string | undefined;
}

/** How faults are chosen. */
export interface FaultSettings {
  /** What all choices follow from. */
  readonly seed: number;
  /** Runs of each case. */
  readonly runs: number;
  /** The one run that is to be repeated, as a failure names it; undefined for all. */
  readonly path: string | undefined;
}

/** The variables that say how faults are chosen. */
const FAULT_VARIABLES = {
  faults: "LLM_DO_TEST_FAULTS",
  seed: "LLM_DO_TEST_SEED",
  runs: "LLM_DO_TEST_RUNS",
  path: "LLM_DO_TEST_PATH",
} as const;

/** The variables that say it: what a flag of `llm-do test` says, for the processes that run tests. */
export const TEST_VARIABLES = {
  mode: "LLM_DO_TEST_MODE",
  allowUnused: "LLM_DO_TEST_ALLOW_UNUSED",
  tools: "LLM_DO_TEST_TOOLS",
  samples: "LLM_DO_TEST_SAMPLES",
  mutate: "LLM_DO_TEST_MUTATE",
  ...FAULT_VARIABLES,
  maxUsd: "LLM_DO_TEST_MAX_USD",
  /** The file that the report goes to. */
  report: "LLM_DO_TEST_REPORT",
  /** Whether all cases of one cause are named. */
  verbose: "LLM_DO_TEST_VERBOSE",
  /** Set by the plugin: a folder that is gone after the run. */
  scratch: "LLM_DO_TEST_SCRATCH",
} as const;

const SAMPLES = { least: 1, most: 100_000 };

const PREFIX = "LLM_DO_TEST_";

/** What nobody says: `llm-do test` takes another seed each time, and prints it. */
const FAULT_DEFAULTS = { seed: 1, runs: 100 } as const;

/** fast-check takes whole numbers of 32 bits. */
const SEEDS = { least: -(2 ** 31), most: 2 ** 31 - 1 };

const RUNS = { least: 1, most: 1_000_000 };

/**
 * Reads the settings from the environment. A variable that is misspelt is an error: it would
 * otherwise be a test that runs and does not test what somebody meant.
 *
 * @param flags the variables that flags of the command line set, each with its flag
 * @throws LlmDoError `usage` for an unknown variable or value, for values that exclude each other,
 * and for recording where `CI` is set
 */
export function readTestSettings(env: Environment, flags: Variables["flags"] = {}): TestSettings {
  const variables = { env, flags };
  const known: readonly string[] = Object.values(TEST_VARIABLES);
  for (const name of Object.keys(env)) {
    if (name.startsWith(PREFIX) && !known.includes(name)) throw unknownVariable(name, known);
  }
  const mode = wordOf(TEST_VARIABLES.mode, CASSETTE_MODES, variables) ?? "replay";
  if (mode !== "replay" && isCi(env)) throw recordsInCi(saidAs(TEST_VARIABLES.mode, variables));
  const mutate = flagOf(TEST_VARIABLES.mutate, variables);
  const faults = readFaultSettings(variables);
  if (mode !== "replay" && (mutate || faults))
    throw variesRecording(saidAs(TEST_VARIABLES.mode, variables));
  return {
    mode,
    allowUnused: flagOf(TEST_VARIABLES.allowUnused, variables),
    tools: wordOf(TEST_VARIABLES.tools, ["live", "recorded"], variables),
    samples: integerOf(TEST_VARIABLES.samples, SAMPLES, variables),
    mutate,
    faults,
    tellsAll: (env[TEST_VARIABLES.report] ?? "") !== "",
    maxUsd: amountOf(TEST_VARIABLES.maxUsd, variables),
    scratch: env[TEST_VARIABLES.scratch],
  };
}

/**
 * Reads how faults are chosen; undefined where there are to be none.
 *
 * @throws LlmDoError `usage` for a bad value, and where one is given and there are to be no faults
 */
function readFaultSettings(variables: Variables): FaultSettings | undefined {
  const { faults, seed, runs, path } = FAULT_VARIABLES;
  if (!flagOf(faults, variables)) {
    const alone = [seed, runs, path].find((name) => variables.env[name] !== undefined);
    if (alone !== undefined) throw withoutFaults(saidAs(alone, variables));
    return undefined;
  }
  return {
    seed: integerOf(seed, SEEDS, variables) ?? FAULT_DEFAULTS.seed,
    runs: integerOf(runs, RUNS, variables) ?? FAULT_DEFAULTS.runs,
    path: faultPath(path, variables),
  };
}

/** As fast-check writes it: `12` or `12:0:1`. */
function faultPath(name: string, variables: Variables): string | undefined {
  const value = variables.env[name];
  if (value === undefined || /^\d+(:\d+)*$/.test(value)) return value;
  throw badValue(name, { expects: "a path that a failure names, such as 12:0" }, variables);
}

/** A seed for whoever names none. */
export function chooseSeed(random: () => number): number {
  return Math.floor(random() * SEEDS.most);
}

function unknownVariable(name: string, known: readonly string[]): LlmDoError {
  const near = nearest(name, known);
  return new LlmDoError({
    code: "usage",
    verb: "use",
    what: name,
    reason: `there is no such variable (known: ${known.join(", ")})`,
    tries: [near === undefined ? "unset it" : `write ${near}`],
  });
}

function recordsInCi(what: string): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "use",
    what,
    reason: "nothing is recorded where CI is set: what CI records is not what was reviewed",
    tries: ["record on your own machine and commit the cassettes"],
  });
}

function variesRecording(what: string): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "use",
    what,
    reason: "with --mutate and --faults cases are replayed, and nothing is recorded",
    tries: ["record first, then run with --mutate or --faults alone"],
  });
}

function withoutFaults(what: string): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "use",
    what,
    reason: "it says how faults are chosen, and there are to be none",
    tries: ["add --faults"],
  });
}
