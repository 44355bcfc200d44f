import type { ObservedCase } from "../cases/run/observed-case.ts";
import type { CaseSettings } from "../cases/run/run-case.ts";
import { chooseFaults } from "./choose-faults.ts";
import type { Fault } from "./fault.ts";
import { Trial } from "./trial.ts";

/** Which faults are tried. */
export interface FaultChoice {
  /** All choices follow from it. */
  readonly seed: number;
  /** How many runs. */
  readonly runs: number;
  /** The one run that is to be repeated, as {@link FaultsFound} names it; undefined for all. */
  readonly path: string | undefined;
}

/** A run that did not hold up. */
export interface FaultsFound {
  /** Empty when it needs none to be wrong. */
  readonly faults: readonly Fault[];
  readonly problem: string;
  /** Leads to the same run with the same seed; undefined where every run is wrong. */
  readonly path: string | undefined;
}

/**
 * Runs a case again and again with faults in it. Each run must end in a documented way, in time, and
 * leave nothing behind; one whose faults are harmless must come to the same.
 *
 * @returns undefined when all did
 */
export async function checkFaults(
  observed: ObservedCase,
  settings: CaseSettings,
  { seed, runs, path }: FaultChoice,
): Promise<FaultsFound | undefined> {
  const fc = await import("fast-check"); // a library that runs without faults do not need
  const trial = await Trial.begin(observed, { ...settings, mode: "replay" });
  const { codeRuns, problem } = trial;
  if (problem !== undefined) return { faults: [], problem, path: undefined };
  const faults = chooseFaults(fc, { exchanges: observed.exchanges, codeRuns });
  if (!faults) return undefined;
  let last: Omit<FaultsFound, "path"> | undefined;
  const holdsUp = fc.asyncProperty(faults, async (chosen) => {
    const wrong = await trial.run(chosen);
    if (wrong !== undefined) last = { faults: chosen, problem: wrong };
    return wrong === undefined;
  });
  const once = path === undefined ? { numRuns: runs } : { numRuns: 1, path };
  // A run that hangs takes all its time: it is told as it was found, not made smaller first.
  const { failed, counterexamplePath } = await fc.check(holdsUp, {
    seed,
    endOnFailure: true,
    ...once,
  });
  return failed && last ? { ...last, path: counterexamplePath ?? undefined } : undefined;
}
