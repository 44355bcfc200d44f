import type { ExitCode } from "../../errors/codes.ts";
import type { JudgeExpectation } from "../judge/judge-expectation.ts";
import type { ValueMatcher } from "../matching/value-matcher.ts";

/** What a case says of its run; whatever is absent is not looked at. */
export interface Expectations {
  readonly output?: ValueMatcher;
  /** Whether the output must be as the snapshot beside the case's file says. */
  readonly snapshot?: boolean;
  readonly calls?: readonly CallExpectation[];
  /** Functions that must be called in this order; others may come between. */
  readonly order?: readonly string[];
  /** Functions that must not be called. */
  readonly never?: readonly string[];
  /** What must stand at a path below the folder that the run works in, afterwards. */
  readonly files?: ReadonlyMap<string, FileExpectation>;
  readonly usage?: UsageBounds;
  readonly exitCode?: ExitCode;
  readonly error?: ErrorExpectation;
  /** A worker that scores the answer. */
  readonly judge?: JudgeExpectation;
}

export interface CallExpectation {
  readonly function: string;
  /** Only calls with such an input count. */
  readonly input?: ValueMatcher;
  /** Only calls with such an output count. */
  readonly output?: ValueMatcher;
  /** How many must count. */
  readonly times: { readonly least: number; readonly most: number };
}

export type FileExpectation =
  | { readonly kind: "absent" }
  | { readonly kind: "present"; readonly content?: ValueMatcher };

/** The most that a run may use, by the recordings' own figures. */
export interface UsageBounds {
  readonly maxTokens?: number;
  readonly maxUsd?: number;
  /** Exchanges with models. */
  readonly maxRequests?: number;
  /** Calls of functions, the entry's own not counted. */
  readonly maxCalls?: number;
}

interface ErrorExpectation {
  readonly code?: string;
  /** Of the whole report that a person would see. */
  readonly message?: ValueMatcher;
}
