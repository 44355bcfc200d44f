import { type Observation, observeCase } from "../../cases/run/observe-case.ts";
import { isContained } from "../../cases/run/observed-case.ts";
import { checkFaults, type FaultsFound } from "../../faults/check-faults.ts";
import { describeFault } from "../../faults/fault.ts";
import type { FaultSettings } from "../../settings/test-settings.ts";
import { CaseFailed } from "../test/case-failed.ts";
import type { VariedCase } from "./varied-case.ts";

/** Beyond the time that one run may take: a run without a hang takes a few milliseconds. */
const MS_PER_RUN = 1000;

/** Makes a test of a case that runs it with faults, in a suite with the case's name. */
export function registerFaults(
  { one, settings, timeoutMs, command, runner }: VariedCase,
  faults: FaultSettings,
): void {
  const { seed, runs } = faults;
  const timeout = timeoutMs + runs * MS_PER_RUN;
  const { describe, test } = runner;
  describe(one.name, () => {
    test("holds up when something goes wrong", { timeout }, async ({ task, skip }) => {
      const observation = await observeCase(one, settings);
      const unfit = reasonAgainst(observation);
      if (unfit !== undefined || observation.kind === "unfit") {
        task.meta.llmDoSkipped = unfit ?? "";
        return skip(`no faults are tried: ${unfit}`);
      }
      task.meta.llmDoFaults = { seed, runs: faults.path === undefined ? runs : 1 };
      const found = await checkFaults(observation.observed, settings, faults);
      if (!found) return;
      const message = foundText(found, `${command} --faults --seed ${seed}`);
      throw new CaseFailed([{ kind: "fault", message }], one.place);
    });
  });
}

/** Why a case is not run with faults; undefined when it is. */
function reasonAgainst(observation: Observation): string | undefined {
  if (observation.kind === "unfit") return observation.reason;
  const { observed } = observation;
  const writer = observed.run.calls.find(({ caller }) => !isContained(caller, observed));
  if (!writer) return undefined;
  return `${writer.caller} calls functions and has an effect itself; give the case a workspace`;
}

function foundText({ faults, problem, path }: FaultsFound, command: string): string {
  return [
    problem,
    ...faults.map((fault) => `  when ${describeFault(fault)}`),
    `Try: the same again: ${command}${path === undefined ? "" : ` --path ${path}`}`,
  ].join("\n");
}
