import { nearest } from "../../../words/nearest.ts";
import type { TestRun } from "../../api/test-options.ts";
import type { CaseRun } from "../../run/case-run.ts";
import { errorText } from "../../run/failure.ts";
import { unknownName } from "../../run/known-functions.ts";

/** A run, or what looks like one: the result of another copy of this package. */
export type MatchedRun = CaseRun & Partial<Pick<TestRun, "cassette">>;

/** Why a matcher has nothing to say of what it was given: it fails, and so does its negation. */
export class Refusal extends Error {}

/**
 * The run that a matcher looks at.
 *
 * @throws Refusal for anything else, in words for who wrote the test
 */
export function runOf(received: unknown, matcher: string): MatchedRun {
  if (isRun(received)) return received;
  const hint = received instanceof Promise ? "a promise: await it" : receivedText(received);
  throw new Refusal(
    `${matcher} looks at a run, as runTest, runTool and llm give it, and got ${hint}`,
  );
}

/**
 * The same, of a run that came to its end: whatever is said of one that did not, also that it did not
 * do something, would be said of what never happened.
 *
 * @throws Refusal with the report of an error that the test does not expect
 */
export function endedRunOf(received: unknown, matcher: string): MatchedRun {
  const run = runOf(received, matcher);
  if (run.error && failedUnexpectedly(run)) {
    tellFailure(run);
    const hint = "Try: expect(run).toHaveFailed(), before, where the test is about that";
    throw new Refusal(`the run ended in an error\n${errorText(run.error)}\n${hint}`);
  }
  return run;
}

/**
 * Checks names of functions: one that is misspelt is never called, which would prove nothing.
 *
 * @throws Refusal for a name that no function of the run has
 */
export function checkFunctions(
  { functions }: Partial<Pick<MatchedRun, "functions">>,
  names: readonly string[],
  matcher: string,
): void {
  const unknown = functions && unknownName(names, functions); // older copies do not say them
  if (!unknown) return;
  const { name, reason, meant } = unknown;
  const hint = meant === undefined ? "" : `\nTry: write "${meant}"`;
  throw new Refusal(`${matcher} names "${name}": ${reason}${hint}`);
}

/**
 * Checks the most or the least of something.
 *
 * @throws Refusal for what no count can be compared with
 */
export function checkCount(count: unknown, what: string): void {
  if (count === undefined || (typeof count === "number" && count >= 0)) return;
  throw new Refusal(`${what} must be a number from 0 on, and is ${String(count)}`);
}

/**
 * Checks the names of what a test says, which vitest does not: one that is misspelt would be looked at
 * by nobody.
 *
 * @throws Refusal for a name that is not known
 */
export function checkKeys(expected: object, known: readonly string[], matcher: string): void {
  const wrong = Object.keys(expected).find((key) => !known.includes(key));
  if (wrong === undefined) return;
  const near = nearest(wrong, known);
  const meant = near === undefined ? "" : `; did you mean ${near}?`;
  throw new Refusal(`${matcher} knows no "${wrong}"${meant} (known: ${known.join(", ")})`);
}

function isRun(value: unknown): value is MatchedRun {
  return typeof value === "object" && value !== null && "calls" in value && "exitCode" in value;
}

function receivedText(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === "object" ? "another object" : `a ${typeof value}`;
}

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
