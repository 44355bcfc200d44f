import type { Json } from "../../../model/json.ts";
import { times } from "../../../words/counted.ts";
import type { CallRecord } from "../../run/case-run.ts";
import type { Failure } from "../../run/failure.ts";
import type { CallExpectation } from "../file/test-case.ts";
import type { ValueMatcher } from "../file/value-matcher.ts";
import { describeMatcher, matchValue, shownJson } from "./match-value.ts";

/** Calls that a message lists at most. */
const MOST_CALLS = 10;

export async function checkCalls(
  expected: readonly CallExpectation[],
  calls: readonly CallRecord[],
): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  for (const expectation of expected) {
    const { function: name, input, output, times } = expectation;
    const count = await countOf(expectation, calls);
    if (isCountWithin(count, times)) continue;
    const taking = input && describeMatcher(input);
    const wanted = { function: name, taking, giving: output && describeMatcher(output), times };
    failures.push({ kind: "calls", message: countMessage(wanted, { count, calls }) });
  }
  return failures;
}

/** Calls that are wanted, in words. */
export interface WantedCalls {
  readonly function: string;
  readonly taking: string | undefined;
  readonly giving: string | undefined;
  readonly times: CallExpectation["times"];
}

export function isCountWithin(count: number, { least, most }: CallExpectation["times"]): boolean {
  return count >= least && count <= most;
}

/** Says how many calls were wanted and found, and which calls there are. */
export function countMessage(
  wanted: WantedCalls,
  { count, calls }: { readonly count: number; readonly calls: readonly CallRecord[] },
): string {
  const call = describeCall(wanted);
  const first = `expected ${call} ${timesText(wanted.times)}, found ${count}`;
  return `${first}\n${callList(calls, wanted.function)}`;
}

async function countOf(
  { function: name, input, output }: CallExpectation,
  calls: readonly CallRecord[],
): Promise<number> {
  let count = 0;
  for (const call of calls) {
    if (call.function !== name) continue;
    if (input && (await matchValue(input, call.input)).length > 0) continue;
    if (output && !(await fitsOutput(output, call.output))) continue;
    count++;
  }
  return count;
}

async function fitsOutput(matcher: ValueMatcher, output: Json | undefined): Promise<boolean> {
  for (const value of readingsOf(output)) {
    if ((await matchValue(matcher, value)).length === 0) return true;
  }
  return false;
}

/** A number or a flag that a function gave is told as a text, and fits as either. */
export function readingsOf(output: Json | undefined): readonly (Json | undefined)[] {
  const isScalar = typeof output === "string" && SCALAR.test(output);
  return isScalar ? [output, JSON.parse(output) as Json] : [output];
}

const SCALAR = /^(?:-?\d+(?:\.\d+)?(?:e[-+]?\d+)?|true|false|null)$/;

/** The first functions that are called must be these, others may come between. */
export function checkOrder(
  order: readonly string[],
  calls: readonly CallRecord[],
): readonly Failure[] {
  let next = 0;
  for (const call of calls) if (call.function === order[next]) next++;
  const missing = order[next];
  if (missing === undefined) return [];
  const after = next === 0 ? "" : ` after ${order.slice(0, next).join(", ")}`;
  const message = `expected a call of ${missing}${after}, in the order ${order.join(", ")}\n${callList(calls)}`;
  return [{ kind: "calls", message }];
}

export function checkNever(
  never: readonly string[],
  calls: readonly CallRecord[],
): readonly Failure[] {
  return never.flatMap((name): readonly Failure[] => {
    const found = calls.find((call) => call.function === name);
    if (!found) return [];
    return [{ kind: "calls", message: `expected no call of ${name}, found ${callText(found)}` }];
  });
}

export function describeCall({
  function: name,
  taking,
  giving,
}: Omit<WantedCalls, "times">): string {
  const input = taking === undefined ? "" : ` with the input ${taking}`;
  const output = giving === undefined ? "" : ` with the output ${giving}`;
  return `a call of ${name}${input}${output}`;
}

function timesText({ least, most }: CallExpectation["times"]): string {
  if (least === most) return times(least);
  if (most === Number.POSITIVE_INFINITY) return `at least ${times(least)}`;
  return `${least} to ${most} times`;
}

/** The calls of a function, or all where there is none of it. */
export function callList(calls: readonly CallRecord[], name?: string): string {
  const own = calls.filter((call) => call.function === name);
  const listed = own.length > 0 ? own : calls;
  if (listed.length === 0) return "  nothing was called";
  const lines = listed.slice(0, MOST_CALLS).map((call) => `  ${callText(call)}`);
  const more = listed.length - lines.length;
  return ["calls:", ...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join("\n");
}

function callText({ function: name, caller, input }: CallRecord): string {
  return `${name} ${shownJson(input)} by ${caller}`;
}
