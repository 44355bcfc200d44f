import { EXIT } from "../../../errors/codes.ts";
import type { LlmDoError } from "../../../errors/llm-do-error.ts";
import { formatPlace, type Place } from "../../../errors/place.ts";
import type { Failure } from "../../run/failure.ts";

/**
 * What a test runner shows of a case that failed: the failures, with the case's place in its file
 * as the only line of the stack.
 */
export class CaseFailed extends Error {
  override readonly name = "CaseFailed";
  /** Compared by the runner line by line, where it is one text that is wrong. */
  readonly actual?: string;
  readonly expected?: string;

  constructor(failures: readonly Failure[], place: Place) {
    const message = failures.map((failure) => failure.message).join("\n");
    super(message);
    const compared = failures.find((failure) => failure.expected !== undefined);
    if (compared?.actual !== undefined && compared.expected !== undefined) {
      this.actual = compared.actual;
      this.expected = compared.expected;
    }
    this.stack = `${message}\n    at ${formatPlace(place)}`;
  }

  /**
   * The failure of a case whose recording is stale for a reason that another case has told in full.
   * All of one reason are the same to the runner, which then shows them as one.
   */
  static alike(cause: string, first: string, place: Place): CaseFailed {
    const failed = new CaseFailed([], place);
    failed.message = `${cause}\nThe report is that of the case ${JSON.stringify(first)}.`;
    failed.stack = failed.message;
    return failed;
  }
}

/** Marks an error as one about a file or a setting; the runner passes fields on between processes. */
const WRONG_SETUP = "llmDoWrongSetup";

/** An error as the test runner shows it: in full, without the stack of who found it. */
export function toldError(error: LlmDoError): Error {
  const told = new Error(error.report());
  told.stack = "";
  return Object.assign(told, { [WRONG_SETUP]: error.exitCode === EXIT.usage });
}

/** Whether an error says that a file or a setting is wrong, so that nothing was run. */
export function isWrongSetup(error: object): boolean {
  return WRONG_SETUP in error && error[WRONG_SETUP] === true;
}
