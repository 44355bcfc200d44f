import { expect, type MatcherState, type SyncMatcherResult } from "vitest";
import { toAgreeAtLeast } from "../../../hardening/agree/to-agree-at-least.ts";
import type { Tally } from "../../../statistics/clopper-pearson.ts";
import { toHaveCalled, toHaveCalledInOrder } from "./call-matchers.ts";
import { toBeReplayedWhole, toHaveServed, toHaveUsedAtMost } from "./cassette-matchers.ts";
import { toHaveFailed, toHaveOutput } from "./ending-matchers.ts";
import { Refusal } from "./matched-run.ts";
import "./matcher-types.ts";

/** Every matcher of runs. */
const MATCHERS = {
  toHaveCalled: refusing(toHaveCalled),
  toHaveCalledInOrder: refusing(toHaveCalledInOrder),
  toHaveOutput: refusing(toHaveOutput),
  toHaveFailed: refusing(toHaveFailed),
  toHaveServed: refusing(toHaveServed),
  toBeReplayedWhole: refusing(toBeReplayedWhole),
  toHaveUsedAtMost: refusing(toHaveUsedAtMost),
  toAgreeAtLeast: (received: Tally & { readonly alpha?: number }, claim: number) =>
    toAgreeAtLeast(received, claim),
};

/** Makes `expect` know the matchers of runs. */
export function registerMatchers(): void {
  expect.extend(MATCHERS);
}

type Matcher<Expected extends readonly unknown[]> = (
  this: MatcherState,
  received: unknown,
  ...expected: Expected
) => SyncMatcherResult;

/** What a matcher refuses to judge fails either way, at the line of the test. */
function refusing<Expected extends readonly unknown[]>(
  matcher: Matcher<Expected>,
): Matcher<Expected> {
  return function refuse(received, ...expected) {
    try {
      return matcher.call(this, received, ...expected);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { pass: this.isNot, message: () => error.message };
    }
  };
}
