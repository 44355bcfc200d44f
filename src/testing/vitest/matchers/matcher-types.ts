import type { ErrorCode } from "../../../errors/codes.ts";
import type { FunctionName } from "../../../functions/function-types.ts";
import type { CaseRun } from "../../run/case-run.ts";

/** Which calls of a function count, and how many there must be. */
export interface ExpectedCalls {
  /** What some fields of the input are, or what it is where it is no object. */
  readonly input?: unknown;
  /** What the caller was told. */
  readonly output?: unknown;
  /** Default: at least once. */
  readonly times?: number | { readonly least?: number; readonly most?: number };
}

/** What a run ended in. */
export interface ExpectedFailure {
  readonly code?: ErrorCode;
  /** Something of the report that a person would see. */
  readonly message?: string | RegExp;
}

/** How much a cassette answered; what is absent is not looked at. */
export interface ExpectedServings {
  readonly exchanges?: number;
  readonly effects?: number;
  readonly decisions?: number;
}

/** The most that a run may use. */
export interface ExpectedUsage {
  readonly tokens?: number;
  readonly usd?: number;
  /** Exchanges with models. */
  readonly requests?: number;
  /** Calls of functions, the entry's own not counted. */
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
    /** The run ended in an error, of this code or like this. */
    toHaveFailed: OfRun<T, (expected?: ErrorCode | ExpectedFailure) => R>;
    /** So much was answered from the cassette. */
    toHaveServed: OfRun<T, (expected: ExpectedServings) => R>;
    /** The run used its cassette, and all of it. */
    toBeReplayedWhole: OfRun<T, () => R>;
    /** The run used at most so much, by its recordings' own figures. */
    toHaveUsedAtMost: OfRun<T, (expected: ExpectedUsage) => R>;
    /** The exact lower bound of what agreed, as `agreement` gives it, reaches a claim. */
    toAgreeAtLeast: (claim: number) => R;
  }
}
