import type { MatcherState, SyncMatcherResult } from "vitest";
import type { Json } from "../../../model/json.ts";
import {
  callList,
  checkOrder,
  countMessage,
  describeCall,
  isCountWithin,
  readingsOf,
  type WantedCalls,
} from "../../cases/check/check-calls.ts";
import type { CallRecord } from "../../run/case-run.ts";
import { type Comparer, describeExpected, mismatchesOf } from "./expected-value.ts";
import { checkCount, checkFunctions, checkKeys, endedRunOf, Refusal } from "./matched-run.ts";
import type { ExpectedCalls } from "./matcher-types.ts";

export function toHaveCalled(
  this: MatcherState,
  received: unknown,
  name: string,
  expected: ExpectedCalls = {},
): SyncMatcherResult {
  checkKeys(expected, ["input", "output", "times"], "toHaveCalled");
  const run = endedRunOf(received, "toHaveCalled");
  checkFunctions(run, [name], "toHaveCalled");
  checkTimes(expected.times);
  const { calls } = run;
  const count = calls.filter((call) => isSuchCall(call, name, { expected, comparer: this })).length;
  const wanted = wantedCalls(name, expected, this);
  return {
    pass: isCountWithin(count, wanted.times),
    message: () =>
      this.isNot
        ? `expected no such calls: ${describeCall(wanted)}, found ${count}\n${callList(calls, name)}`
        : countMessage(wanted, { count, calls }),
  };
}

export function toHaveCalledInOrder(
  this: MatcherState,
  received: unknown,
  names: readonly string[],
): SyncMatcherResult {
  const { calls, ...run } = endedRunOf(received, "toHaveCalledInOrder");
  if (names.length === 0) throw new Refusal("toHaveCalledInOrder needs the name of a function");
  checkFunctions(run, names, "toHaveCalledInOrder");
  const [failure] = checkOrder(names, calls);
  return {
    pass: failure === undefined,
    message: () => failure?.message ?? `expected no calls in the order ${names.join(", ")}`,
  };
}

interface SuchCalls {
  readonly expected: ExpectedCalls;
  readonly comparer: Comparer;
}

function isSuchCall(call: CallRecord, name: string, { expected, comparer }: SuchCalls): boolean {
  if (call.function !== name) return false;
  return (
    isOmitted(expected, "input", (input) =>
      fitsReading(input, [call.input], { comparer, extent: "part" }),
    ) &&
    isOmitted(expected, "output", (output) =>
      fitsReading(output, readingsOf(call.output), { comparer }),
    )
  );
}

/** What is not said is not looked at; undefined, said, is what no call takes or gives. */
function isOmitted(
  expected: ExpectedCalls,
  key: "input" | "output",
  check: (value: unknown) => boolean,
): boolean {
  return !(key in expected) || check(expected[key]);
}

function fitsReading(
  expected: unknown,
  readings: readonly (Json | undefined)[],
  how: Parameters<typeof mismatchesOf>[2],
): boolean {
  return readings.some((value) => mismatchesOf(expected, value, how).length === 0);
}

function wantedCalls(name: string, expected: ExpectedCalls, comparer: Comparer): WantedCalls {
  const said = (key: "input" | "output") =>
    key in expected ? describeExpected(expected[key], comparer) : undefined;
  return {
    function: name,
    taking: said("input"),
    giving: said("output"),
    times: timesOf(expected.times),
  };
}

/** @throws Refusal for bounds that hold for every count, or for none */
function checkTimes(times: ExpectedCalls["times"]): void {
  if (typeof times !== "object") {
    checkCount(times, "times");
    return;
  }
  checkKeys(times, ["least", "most"], "times of toHaveCalled");
  checkCount(times.least, "times.least");
  checkCount(times.most, "times.most");
  const { least, most } = timesOf(times);
  if (least > most) throw new Refusal(`no count is at least ${least} and at most ${most}`);
  if (least === 0 && most === Number.POSITIVE_INFINITY) {
    throw new Refusal("every count fits times: say least, from 1 on, or most");
  }
}

function timesOf(times: ExpectedCalls["times"] = { least: 1 }): WantedCalls["times"] {
  if (typeof times === "number") return { least: times, most: times };
  return { least: times.least ?? 0, most: times.most ?? Number.POSITIVE_INFINITY };
}
