import type { MatcherState, SyncMatcherResult } from "vitest";
import { ERROR_EXIT_CODES, type ErrorCode } from "../../../errors/codes.ts";
import type { LlmDoError } from "../../../errors/llm-do-error.ts";
import type { Json } from "../../../model/json.ts";
import { nearest } from "../../../words/nearest.ts";
import { mismatchText, shownJson } from "../../cases/check/match-value.ts";
import { describeExpected, mismatchesOf } from "./expected-value.ts";
import {
  checkKeys,
  endedRunOf,
  expectFailure,
  Refusal,
  runOf,
  tellFailure,
} from "./matched-run.ts";
import type { ExpectedFailure } from "./matcher-types.ts";

export function toHaveOutput(
  this: MatcherState,
  received: unknown,
  expected: unknown,
): SyncMatcherResult {
  const { output } = endedRunOf(received, "toHaveOutput");
  if (this.isNot) checkComparable(output, expected);
  const [mismatch] = mismatchesOf(expected, output, { comparer: this });
  if (!mismatch) {
    const message = `the output: expected not ${describeExpected(expected, this)}`;
    return { pass: true, message: () => message };
  }
  const { message, ...compared } = mismatchText("the output", mismatch);
  return { pass: false, message: () => message, ...compared };
}

/** @throws Refusal for what no such output could be, so that it never is */
function checkComparable(output: Json | undefined, expected: unknown): void {
  if (expected === undefined) throw new Refusal("toHaveOutput needs what the output is not");
  if (!(expected instanceof RegExp) || typeof output === "string") return;
  throw new Refusal(
    `a pattern finds nothing in an output that is not text: ${shownJson(output ?? null)}`,
  );
}

/** @throws Refusal for a code that no error has */
function checkCode(code: string | undefined): void {
  const known = Object.keys(ERROR_EXIT_CODES);
  if (code === undefined || known.includes(code)) return;
  const near = nearest(code, known);
  const meant = near === undefined ? "" : `; did you mean ${near}?`;
  throw new Refusal(`no error has the code "${code}"${meant} (known: ${known.join(", ")})`);
}

export function toHaveFailed(
  this: MatcherState,
  received: unknown,
  expected: ErrorCode | ExpectedFailure = {},
): SyncMatcherResult {
  const run = runOf(received, "toHaveFailed");
  if (typeof expected === "object") checkKeys(expected, ["code", "message"], "toHaveFailed");
  const { code, message } = typeof expected === "string" ? { code: expected } : expected;
  checkCode(code);
  if (!run.error) {
    const output = run.output === undefined ? "nothing" : shownJson(run.output);
    const text = `expected the run to end in an error${codeText(code)}, and it answered ${output}`;
    return { pass: false, message: () => text };
  }
  const report = run.error.report();
  const pass = isSuchError(run.error, code, message);
  if (pass && !this.isNot) expectFailure(run);
  else tellFailure(run);
  const wanted = message === undefined ? "" : `, with ${describeText(message)} in its report`;
  return {
    pass,
    message: () =>
      this.isNot
        ? `expected the run not to end in an error${codeText(code)}\n${report}`
        : `expected an error${codeText(code)}${wanted}, got one of the code ${run.error?.code}\n${report}`,
  };
}

function isSuchError(
  error: LlmDoError,
  code: ErrorCode | undefined,
  message: string | RegExp | undefined,
): boolean {
  if (code !== undefined && error.code !== code) return false;
  if (message === undefined) return true;
  const report = error.report();
  return typeof message === "string" ? report.includes(message) : report.search(message) >= 0;
}

function codeText(code: ErrorCode | undefined): string {
  return code === undefined ? "" : ` of the code ${code}`;
}

function describeText(message: string | RegExp): string {
  return typeof message === "string" ? JSON.stringify(message) : String(message);
}
