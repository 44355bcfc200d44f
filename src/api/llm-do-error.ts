import type { ErrorCode } from "../errors/codes.ts";
import {
  isLlmDoError as isAnyError,
  type LlmDoErrorInit,
  LlmDoError as OwnError,
  type LlmDoErrorOf as PlainErrorOf,
} from "../errors/llm-do-error.ts";
import type { FailedRun } from "./run-report.ts";

/** An error of one code, with the fields that errors of this code carry, and the run that it ended. */
export type LlmDoErrorOf<Code extends ErrorCode> = PlainErrorOf<Code> & {
  /** What the run that it ended had come to. Absent if it kept one from starting. */
  readonly run?: FailedRun;
};

/**
 * The one error that llm-do throws for what a person or program can act on. Anything else that is
 * thrown is a bug. A union that `code` tells apart: some codes carry fields of their own.
 *
 * `message` is the line `Failed to <verb> "<what>": <reason>`; `report()` adds the place and the
 * `Try:` lines.
 */
export type LlmDoError = LlmDoErrorOf<ErrorCode>;

// An alias: declarations of programs that name no interface of ours can spell it out.
type LlmDoErrorClass = {
  readonly prototype: LlmDoError;
  new (init: LlmDoErrorInit): LlmDoError;
};

export const LlmDoError: LlmDoErrorClass = OwnError;

/**
 * Returns true for an {@link LlmDoError} of this or another installed copy, and where a code is
 * given, of this code.
 *
 * @example
 * if (isLlmDoError(error, "provider") && error.retryable) console.log(error.run?.usd);
 */
export function isLlmDoError(value: unknown): value is LlmDoError;
export function isLlmDoError<Code extends ErrorCode>(
  value: unknown,
  code: Code,
): value is LlmDoErrorOf<Code>;
export function isLlmDoError(value: unknown, code?: ErrorCode): boolean {
  // As the callback of filter() it is given an index, which is no code.
  return code === undefined ? isAnyError(value) : isAnyError(value, code);
}
