import type { CaseRun } from "../run/case-run.ts";

/** Runs whose error a test expected, so that it is no failure of the test. */
const expected = new WeakSet<Pick<CaseRun, "error">>();

/** Says that a test expected the error that a run ended in. */
export function expectFailure(run: Pick<CaseRun, "error">): void {
  expected.add(run);
}

/** Whether a run ended in an error that its test did not expect. */
export function failedUnexpectedly(run: Pick<CaseRun, "error">): boolean {
  return run.error !== undefined && !expected.has(run);
}
