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
import { checkKeys, endedRunOf } from "./matched-run.ts";
import type { ExpectedCalls } from "./matcher-types.ts";

export function toHaveCalled(
  this: MatcherState,
  received: unknown,
  name: string,
  expected: ExpectedCalls = {},
): SyncMatcherResult {
  checkKeys(expected, ["input", "output", "times"], "toHaveCalled");
  const { calls } = endedRunOf(received, "toHaveCalled");
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
  const { calls } = endedRunOf(received, "toHaveCalledInOrder");
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

function timesOf(times: ExpectedCalls["times"] = { least: 1 }): WantedCalls["times"] {
  if (typeof times === "number") return { least: times, most: times };
  return { least: times.least ?? 0, most: times.most ?? Number.POSITIVE_INFINITY };
}
