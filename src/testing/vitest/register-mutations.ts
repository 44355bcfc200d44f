import { describe, test } from "vitest";
import { observeCase } from "../cases/observe-case.ts";
import type { CaseSettings } from "../cases/run-case.ts";
import type { TestCase } from "../cases/test-case.ts";
import { mutationsOf } from "../mutate/mutations-of.ts";
import { runMutation } from "../mutate/run-mutation.ts";
import { CaseFailed } from "./case-failed.ts";

export interface VariedCase {
  readonly one: TestCase;
  readonly settings: CaseSettings;
  /** Of one run. */
  readonly timeoutMs: number;
  /** Runs the tests of this case alone. */
  readonly command: string;
}

/**
 * Makes a test of each mutation of a case, in a suite with the case's name. Which there are is
 * learnt by a run of the case, so that only what the run uses is changed.
 */
export async function registerMutations({ one, settings, timeoutMs }: VariedCase): Promise<void> {
  const observation = await observeCase(one, settings);
  describe(one.name, () => {
    if (observation.kind === "unfit") {
      test("is not mutated", ({ task, skip }) => {
        task.meta.llmDoSkipped = true;
        skip(observation.reason);
      });
      return;
    }
    const { observed } = observation;
    const mutations = mutationsOf(observed);
    if (mutations.length === 0) test("has nothing to mutate", ({ skip }) => skip());
    for (const mutation of mutations) {
      test(`a change of ${mutation.name} is noticed`, { timeout: timeoutMs }, async ({ task }) => {
        const verdict = await runMutation(mutation, observed, settings);
        const { kind } = verdict;
        task.meta.llmDoMutation = kind === "killed" ? verdict.by : kind;
        if (kind === "killed") return;
        throw new CaseFailed(one.name, [{ kind, message: verdict.message }], one.place);
      });
    }
  });
}
