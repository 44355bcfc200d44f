import { LlmDoError } from "../../errors/llm-do-error.ts";
import { badValue, flagOf, integerOf, saidAs, type Variables } from "./read-variable.ts";

/** How faults are chosen. */
export interface FaultSettings {
  /** What all choices follow from. */
  readonly seed: number;
  /** Runs of each case. */
  readonly runs: number;
  /** The one run that is to be repeated, as a failure names it; undefined for all. */
  readonly path: string | undefined;
}

/** The variables that say it. */
export const FAULT_VARIABLES = {
  faults: "LLM_DO_TEST_FAULTS",
  seed: "LLM_DO_TEST_SEED",
  runs: "LLM_DO_TEST_RUNS",
  path: "LLM_DO_TEST_PATH",
} as const;

/** What nobody says: `llm-do test` takes another seed each time, and prints it. */
const DEFAULTS = { seed: 1, runs: 100 } as const;

/** fast-check takes whole numbers of 32 bits. */
const SEEDS = { least: -(2 ** 31), most: 2 ** 31 - 1 };

const RUNS = { least: 1, most: 1_000_000 };

/**
 * Reads how faults are chosen; undefined where there are to be none.
 *
 * @throws LlmDoError `usage` for a bad value, and where one is given and there are to be no faults
 */
export function readFaultSettings(variables: Variables): FaultSettings | undefined {
  const { faults, seed, runs, path } = FAULT_VARIABLES;
  if (!flagOf(faults, variables)) {
    const alone = [seed, runs, path].find((name) => variables.env[name] !== undefined);
    if (alone !== undefined) throw withoutFaults(saidAs(alone, variables));
    return undefined;
  }
  return {
    seed: integerOf(seed, SEEDS, variables) ?? DEFAULTS.seed,
    runs: integerOf(runs, RUNS, variables) ?? DEFAULTS.runs,
    path: pathOf(path, variables),
  };
}

/** A seed for whoever names none. */
export function chooseSeed(random: () => number): number {
  return Math.floor(random() * SEEDS.most);
}

/** As fast-check writes it: `12` or `12:0:1`. */
function pathOf(name: string, variables: Variables): string | undefined {
  const value = variables.env[name];
  if (value === undefined || /^\d+(:\d+)*$/.test(value)) return value;
  throw badValue(name, { expects: "a path that a failure names, such as 12:0" }, variables);
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
