import { join } from "node:path";
import { causeOf } from "../../../cassette/miss/causes.ts";
import { EXIT } from "../../../errors/codes.ts";
import type { Host } from "../../../host/host.ts";
import { totalTokens } from "../../../model/usage.ts";
import type { CaseRun } from "../../run/case-run.ts";
import { errorText, type Failure } from "../../run/failure.ts";
import type { Expectations, FileExpectation, UsageBounds } from "../file/test-case.ts";
import { checkCalls, checkNever, checkOrder } from "./check-calls.ts";
import { matchValue, mismatchText } from "./match-value.ts";

/**
 * In which ways a run is not what is expected; snapshots are for the test runner to compare.
 *
 * An error that is not expected is the one failure: what the run did not come to is not looked at.
 */
export async function checkExpectations(
  expect: Expectations,
  run: CaseRun,
  host: Host,
): Promise<readonly Failure[]> {
  const ending = await checkEnding(expect, run);
  if (ending.length > 0) return ending;
  return [
    ...(await checkOutput(expect, run)),
    ...(await checkCalls(expect.calls ?? [], run.calls)),
    ...checkOrder(expect.order ?? [], run.calls),
    ...checkNever(expect.never ?? [], run.calls),
    ...(await checkFiles(expect.files ?? new Map(), run, host)),
    ...checkUsage(expect.usage ?? {}, run),
  ];
}

async function checkEnding(expect: Expectations, run: CaseRun): Promise<readonly Failure[]> {
  const { error, exitCode } = run;
  const { error: expected, exitCode: code } = expect;
  if (code !== undefined && code !== exitCode) {
    const how = error ? `\n${error.report()}` : "";
    return [{ kind: "exit-code", message: `expected exit code ${code}, got ${exitCode}${how}` }];
  }
  if (!expected) {
    if (!error || code !== undefined) return [];
    const message = errorText(error);
    if (exitCode !== EXIT.cassette) return [{ kind: "run", message }];
    return [{ kind: "cassette", message, cause: causeOf(error) }];
  }
  if (!error) return [{ kind: "error", message: "expected an error, and the run ended well" }];
  if (expected.code !== undefined && expected.code !== error.code) {
    const message = `expected an error of code ${expected.code}, got ${error.code}\n${error.report()}`;
    return [{ kind: "error", message }];
  }
  if (!expected.message) return [];
  const wrong = await matchValue(expected.message, error.report());
  return wrong.map((mismatch) => ({ kind: "error", ...mismatchText("the error", mismatch) }));
}

async function checkOutput(expect: Expectations, run: CaseRun): Promise<readonly Failure[]> {
  if (!expect.output) return [];
  const wrong = await matchValue(expect.output, run.output);
  return wrong.map((mismatch) => ({ kind: "output", ...mismatchText("the output", mismatch) }));
}

async function checkFiles(
  files: ReadonlyMap<string, FileExpectation>,
  { workFolder }: CaseRun,
  host: Host,
): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  for (const [path, expected] of files) {
    const absolute = join(workFolder, path);
    const stat = host.files.stat(absolute);
    if (expected.kind === "absent") {
      if (stat) failures.push({ kind: "files", message: `${path} is there and must not be` });
      continue;
    }
    if (!stat) failures.push({ kind: "files", message: `${path} is not there` });
    else if (expected.content && stat.kind === "file") {
      const wrong = await matchValue(expected.content, host.files.readText(absolute));
      failures.push(
        ...wrong.map((one) => ({ kind: "files" as const, ...mismatchText(path, one) })),
      );
    }
  }
  return failures;
}

export function checkUsage(bounds: UsageBounds, run: CaseRun): readonly Failure[] {
  const { maxTokens, maxUsd, maxRequests, maxCalls } = bounds;
  const used: readonly [string, number | undefined, number | undefined][] = [
    ["tokens", maxTokens, totalTokens(run.usage)],
    ["US dollars", maxUsd, run.usd],
    ["requests to models", maxRequests, run.requests],
    ["calls", maxCalls, run.calls.length],
  ];
  return used.flatMap(([what, most, count]): readonly Failure[] => {
    if (most === undefined || (count !== undefined && count <= most)) return [];
    const found = count === undefined ? "a model's price is unknown" : `it used ${count}`;
    return [{ kind: "usage", message: `expected at most ${most} ${what}; ${found}` }];
  });
}
