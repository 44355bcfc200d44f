import type { CaseRun } from "../run/case-run.ts";

/** Runs whose error a test expected, so that it is no failure of the test. */
const expected = new WeakSet<Pick<CaseRun, "error">>();

/** Runs whose error a matcher has shown, so that it need not be shown again. */
const told = new WeakSet<Pick<CaseRun, "error">>();

/** Says that a test expected the error that a run ended in. */
export function expectFailure(run: Pick<CaseRun, "error">): void {
  expected.add(run);
}

/** Whether a run ended in an error that its test did not expect. */
export function failedUnexpectedly(run: Pick<CaseRun, "error">): boolean {
  return run.error !== undefined && !expected.has(run);
}

/** Says that the error of a run stands in a failure of its test. */
export function tellFailure(run: Pick<CaseRun, "error">): void {
  told.add(run);
}

/** Whether nobody who reads the failures of a test sees the error that its run ended in. */
export function isUntold(run: Pick<CaseRun, "error">): boolean {
  return failedUnexpectedly(run) && !told.has(run);
}
