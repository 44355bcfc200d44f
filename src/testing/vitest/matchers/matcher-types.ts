import type { ErrorCode } from "../../../errors/codes.ts";
import type { FunctionName } from "../../../functions/function-types.ts";
import type { CaseRun } from "../../run/case-run.ts";

/** Which calls of a function count, and how many are expected. */
export interface ExpectedCalls {
  /** Some fields of the input, or the whole input if it is not an object. */
  readonly input?: unknown;
  /** What the caller was told. */
  readonly output?: unknown;
  /** Default: at least once. */
  readonly times?: number | { readonly least?: number; readonly most?: number };
}

/** The error that a run is expected to end in. */
export interface ExpectedFailure {
  readonly code?: ErrorCode;
  /** A part of the report as a person sees it. */
  readonly message?: string | RegExp;
}

/** How many entries a cassette answered. Counts that are absent are not checked. */
export interface ExpectedServings {
  readonly exchanges?: number;
  readonly effects?: number;
  readonly decisions?: number;
}

/** Upper limits of what a run may use. */
export interface ExpectedUsage {
  readonly tokens?: number;
  readonly usd?: number;
  /** Exchanges with models. */
  readonly requests?: number;
  /** Calls of functions, without the call of the entry. */
  readonly calls?: number;
}

/**
 * A matcher of runs; of anything else it is nothing that could be called. What is expected inside of
 * another value is not known to be a run.
 */
type OfRun<T, Matcher> = unknown extends T ? Matcher : T extends CaseRun<unknown> ? Matcher : never;

declare module "vitest" {
  // The parameters are vitest's own: all declarations of an interface must have the same.
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /**
     * The run called a function, with such an input and output, so many times.
     *
     * @example
     * expect(run).toHaveCalled("add", { input: { a: 2 }, times: 1 });
     */
    toHaveCalled: OfRun<T, (name: FunctionName, calls?: ExpectedCalls) => R>;
    /** The run called these functions in this order; others may come between. */
    toHaveCalledInOrder: OfRun<T, (names: readonly FunctionName[]) => R>;
    /**
     * The run answered this: a value that is equal, in which asymmetric matchers, regular expressions
     * and schemas may stand, or one of these.
     *
     * @example
     * expect(run).toHaveOutput(/^Hello/);
     */
    toHaveOutput: OfRun<T, (expected: unknown) => R>;
    /** The run ended in an error, with this code or these fields. */
    toHaveFailed: OfRun<T, (expected?: ErrorCode | ExpectedFailure) => R>;
    /** The cassette answered this many entries. */
    toHaveServed: OfRun<T, (expected: ExpectedServings) => R>;
    /** The run used its cassette, and all of it. */
    toBeReplayedWhole: OfRun<T, () => R>;
    /** The run used at most this much, by the figures of its recordings. */
    toHaveUsedAtMost: OfRun<T, (expected: ExpectedUsage) => R>;
    /** The exact lower bound of the agreement, as `agreement` returns it, is at least this share. */
    toAgreeAtLeast: (claim: number) => R;
  }
}
